// Every word of the studio, in English: the table that the others follow.

import { toldEn } from "./tolden.ts";

export const en = {
  name: "heatmapgen studio",
  headline: "Your heatmap, made in this tab",
  pitch: "Drop what Strava, Garmin, Apple, Polar, Suunto, Google and others export, or loose recordings (FIT, GPX, TCX, KML). You take home two files that any host can show.",
  privacy: "Nothing leaves this browser: the page asks nobody for anything once it is loaded, and works offline.",
  chooseFiles: "Choose files",
  chooseFolder: "Choose a folder",
  dropHere: "Drop them anywhere",
  dropNow: "Drop to add",
  whereFrom: "Where do I get my export?",
  whereFromText: [
    "Strava: Settings → My Account → Download or Delete Your Account → Download Request. The mail with the link takes some hours. Drop the zip as it is.",
    "Garmin: account.garmin.com → Export Your Data. Apple: Health → your picture → Export All Health Data.",
    "Others: a zip or folder of recordings is enough.",
  ],
  starting: "Loading the generator",
  /** Stages of the work, by the generator's names. */
  stages: {
    "Reading activities": "Reading activities",
    "Looking for home": "Looking for home",
    "Looking near privacy zones": "Looking near privacy zones",
    Reading: "Reading the archive",
    Painting: "Painting",
    Writing: "Writing the archive",
  } as Record<string, string>,
  /** How long the work will still take. */
  left: (seconds: number) => (seconds < 55 ? `some ${5 * Math.ceil(seconds / 5)} s left` : `some ${Math.ceil(seconds / 60)} min left`),
  cancel: "Cancel",

  found: "Activities",
  foundTitle: (n: string) => `${n} activities found`,
  foundOne: "1 activity found",
  years: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
  addMore: "Add files",
  removeSource: (path: string) => `Remove ${path}`,
  unread: (n: string) => `${n} without a track on the map`,
  unreadMore: (n: string) => `and ${n} more`,
  notes: "Notes",

  settings: "Settings",
  title: "Title",
  titleDefault: "My heatmap",
  sports: "Sports",
  from: "From",
  to: "To",
  trims: "Cut off every activity",
  trimStart: "at its start, m",
  trimEnd: "at its end, m",

  hide: "Hide places",
  hideText: "Home, work, a friend's house: nothing of a zone will be in your files. What is hidden is larger, some 2.5 km across, and has another middle, so that the place cannot be guessed.",
  drawZone: "Draw a zone",
  drawing: "Press on the place and drag to the rim. Escape ends it.",
  zoneAtMiddle: "Zone at the map's middle",
  zone: (i: number) => `Zone ${i}`,
  radius: "Radius",
  radiusM: (m: string) => `${m} m`,
  removeZone: (i: number) => `Remove zone ${i}`,
  showZone: (i: number) => `Show zone ${i} on the map`,
  stravaZones: "Also hide the zones that the Strava export lists",

  make: "Make the map",
  update: "Update the map",
  made: (n: string, seconds: string) => `${n} activities drawn in ${seconds} s`,
  exposed: "A stranger could guess a place that you hide. Think twice before you publish this map, or have fewer activities on it:",
  /** What is on screen while the map is made. */
  firstLook: (n: string, of: string) => `A first look: ${n} of ${of} activities`,
  coarse: (n: string) => `All ${n} activities from afar: the streets are being painted`,
  mapTitle: "The map",

  home: "Take it home",
  homeText: (size: string) => `Two files, ${size}: index.html and the archive beside it. Once they are online, the map has its basemaps and links to what it shows.`,
  downloadZip: "Download both as a zip",
  saveFolder: "Save into a folder",
  noFolder: "No folder was chosen, so nothing was saved.",
  saving: (folder: string) => `Saving into ${folder}`,
  /** Why nothing was saved, by the names of the browser's errors. */
  notSaved: {
    NotAllowedError: "The browser was not allowed to write into this folder, so nothing was saved. Choose another one, or take the zip.",
    SecurityError: "The browser lets this page write into no folder. Take the zip.",
    QuotaExceededError: "There is not enough room in this folder, so nothing was saved. Free some, or choose another one.",
    NoModificationAllowedError: "Another program holds a file of that name, so nothing was saved. Close it, and save again.",
    NotFoundError: "The folder is gone, so nothing was saved. Choose another one.",
    other: "That could not be saved. Choose another folder, or take the zip.",
  } as Record<string, string>,
  savedFolder: (folder: string) => `Saved into ${folder}.`,
  tooLargeForZip: "The archive is larger than a zip can hold: save into a folder, or take the files one by one.",
  updateFirst: "Settings have changed: update the map first.",
  nextTime: "For next time",
  nextTimeText: "Settings as the command-line heatmapgen reads them: it makes the same two files, to the byte. They name your hidden places, so keep them to yourself.",
  secretText: "What remembers how your zones are hidden. This browser keeps it; keep a copy, for with another one a place could be hidden otherwise than before, and two versions of a map tell more than one. Never upload it.",
  publish: "Put it online, without a terminal",
  publishText: [
    "Make a free account at github.com and press + → New repository. Name it heatmap, choose Public, and create it.",
    "Unpack the zip. In the new repository press “uploading an existing file”, drop index.html and the archive, and press Commit changes. (Files over 25 MB need another host, such as Netlify Drop or any web space.)",
    "Settings → Pages → Branch: main → Save. A minute later the map is at https://YOUR-NAME.github.io/heatmap/.",
    "Next time: upload the two new files in the same way; they take the place of the old ones.",
  ],
  forget: "Forget what this browser keeps",
  forgotten: "Forgotten: settings, zones and the secret of the zones.",
  restored: "The secret was taken from your file.",

  errors: {
    aborted: "Cancelled.",
    crashed: "The browser ended the work, most likely for want of memory. Close other tabs, or set a first day and try again.",
    full: "There is no room left in this browser's storage. Free some space on the disk, or set a first day.",
    secret: "The secret of the privacy zones does not fit. Drop the file privacy-secret of your last map here, or go on with a new one.",
    newSecret: "Go on with a new secret",
    noSports: "No sport is chosen.",
    nothing: "Nothing is left to draw with these settings.",
    noFiles: "There was no file in what was dropped.",
    source: "A file could not be read. Has it changed since you chose it? Remove it, and choose it again.",
    settings: "The map cannot be made like this:",
    load: "The generator could not be loaded. Is the connection gone? Reload the page.",
  },
  /** What the generator says. */
  told: toldEn,
};

export type Texts = typeof en;
