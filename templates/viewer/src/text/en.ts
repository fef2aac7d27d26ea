// Every word the page says, in English: the table that the others follow.

export const en = {
  appName: "heatmapgen",
  map: "Map",
  layers: "Layers",
  basemap: "Basemap",
  heatOpacity: "Heat",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  zoomLevel: "Zoom level",
  fit: "Show everything",
  copyLink: "Copy link to this view",
  hidePanel: "Put the panel away",
  showPanel: "Show layers",
  sheet: "Panel height",
  hidden: "Press H to bring the panels back",
  legend: "Legend",
  scale: "Scale",
  activities: { one: "activity", other: "activities" },
  visits: { one: "visit", other: "visits" },
  athletes: { one: "athlete", other: "athletes" },

  tabs: { label: "Panels", layers: "Layers", selection: "Selection", places: "Places" },
  mode: { label: "Show as", heat: "Heat", routes: "Routes" },

  /** Sports by their names in the metadata; others are taken apart into words. */
  sports: {
    AlpineSki: "Alpine ski",
    BackcountrySki: "Backcountry ski",
    Canoeing: "Canoe",
    EBikeRide: "E-bike ride",
    EMountainBikeRide: "E-mountain bike",
    GravelRide: "Gravel ride",
    Handcycle: "Handcycle",
    Hike: "Hike",
    IceSkate: "Ice skate",
    InlineSkate: "Inline skate",
    Kayaking: "Kayak",
    Kitesurf: "Kitesurf",
    MountainBikeRide: "Mountain bike",
    NordicSki: "Nordic ski",
    Ride: "Ride",
    RollerSki: "Roller ski",
    Rowing: "Row",
    Run: "Run",
    Sail: "Sail",
    Snowboard: "Snowboard",
    Snowshoe: "Snowshoe",
    StandUpPaddling: "Stand-up paddle",
    Surfing: "Surf",
    Swim: "Swim",
    TrailRun: "Trail run",
    VirtualRide: "Virtual ride",
    VirtualRun: "Virtual run",
    Walk: "Walk",
    Wheelchair: "Wheelchair",
    Windsurf: "Windsurf",
    Workout: "Workout",
  } as Record<string, string>,
  otherSport: "Other",

  selectionWords: {
    all: "Everything",
    /** Days, and distances, that have one end. */
    since: (day: string) => `since ${day}`,
    until: (day: string) => `until ${day}`,
    from: (distance: string) => `from ${distance}`,
    upTo: (distance: string) => `up to ${distance}`,
  },

  selectionPanel: {
    title: "Selection",
    reset: "Reset",
    nothing: "No activities here.",
    showAll: "Show all",
    time: "Time",
    firstDay: "First day",
    lastDay: "Last day",
    distance: "Distance",
    shortest: "Shortest",
    longest: "Longest",
    sports: "Sports",
    more: "More",
    less: "Less",
    all: "All",
    thisYear: "This year",
    last12: "Last 12 months",
    /** Under the totals of time and of ascent, after their unit. */
    moving: (unit: string) => `${unit} moving`,
    ascent: (unit: string) => `${unit} ascent`,
  },

  /** Beside time, distance and sport. */
  filters: {
    title: "More filters",
    hours: "Time of day",
    firstHour: "Start from",
    lastHour: "Start until",
    weekdays: "Day of the week",
    gear: "Gear",
    kind: "Kind",
    kinds: { race: "Race", workout: "Workout", long: "Long run", "warm-up": "Warm-up", "cool-down": "Cool-down", ordinary: "Ordinary" } as Record<string, string>,
    commute: "Commute",
    commutes: "Commutes",
    noCommutes: "Without commutes",
    /** How many activities do not say. */
    unknown: (count: string) => `${count} not known`,
    allDay: "All day",
    spans: { morning: "Morning", day: "Daytime", evening: "Evening", night: "Night" },
  },

  comparison: {
    label: "Comparison",
    start: "Compare two pictures",
    choose: "Change this side",
    close: "End the comparison",
    swipe: "Where the two pictures meet",
    difference: "Difference",
    /** What the difference is of. */
    rightLessLeft: "right less left",
    showDifference: "Show the difference on the map",
    same: "no difference",
    noDifference: "Two layers, and days, have no difference to show on the map",
    of: (layer: string) => `Difference: ${layer}`,
  },

  places: {
    ask: "Click the map to see who was here",
    close: "Close the list",
    here: (count: string, n: number) => `${count} ${n === 1 ? "activity" : "activities"} here`,
    hereNone: "Nothing of the selection passed here",
    zoomTo: (date: string) => `Show all of ${date}`,
    noDate: "No date",
  },

  /** The places where one has been. No name of one is known, and none is guessed. */
  mapPlaces: {
    title: "Places",
    largest: "Largest",
    /** How far a place is from the largest, and in which of the directions below. */
    away: (distance: string, direction: string) => `${distance} ${direction}`,
    /** Clockwise from north. */
    directions: ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"],
    of: (selected: string, all: string) => `${selected} of ${all}`,
  },

  /** Handing the view on, and a map in the frame of another page. */
  sharing: {
    share: "Share",
    embed: "Copy code for a web page",
    frameCopied: "Code copied. It shows this map in your page.",
    frameToCopy: "Copy this code:",
    openMap: "Open the map",
    wheel: "Hold Ctrl and scroll to zoom",
    wheelMac: "Hold \u2318 and scroll to zoom",
    fingers: "Move the map with two fingers",
  },

  explore: {
    title: "Explore",
    tools: "What to explore",
    close: "Close the panel",
    failed: "What is to be explored did not arrive.",
  },

  squares: {
    title: "Squares",
    size: "Size of the squares",
    auto: "By zoom",
    large: "Large",
    small: "Small",
    loading: "Counting squares\u2026",
    count: { one: "square visited", other: "squares visited" },
    largest: "largest square",
    cluster: "in the largest cluster",
    fresh: "new in the selection",
    nothing: "Nothing is selected, so there are no squares.",
    next: "Next to visit",
    toSquare: (side: string) => `For ${side}`,
    missing: (count: string) => `${count} missing`,
    gain: (count: string) => `+${count} to the cluster`,
    show: (what: string) => `Show on the map: ${what}`,
    export: "Missing around the cluster, for a device:",
    /** About a square that was clicked. */
    visited: (count: string, n: number, day: string) => `Visited by ${count} ${n === 1 ? "activity" : "activities"}, first ${day}`,
    unvisited: "Not visited by the selection",
    ask: "Click a square to see since when it is yours",
  },

  tracks: {
    none: "This heatmap was published without its lines, so this cannot be shown.",
    noneForFilter: "This heatmap was published without its lines: the numbers follow the selection, the map shows everything.",
    failed: "The lines of the activities did not arrive.",
  },

  groups: {
    frequency: "Frequency",
    pace: "Pace",
    heartrate: "Heart rate",
    elevation: "Elevation",
    time: "Time",
  } as Record<string, string>,

  /** Titles and descriptions by layer id, for languages other than the archive's own. */
  layerTexts: {} as Record<string, { title: string; description: string }>,
  /** Descriptions of the same for maps of a crowd, by what is counted; {least} is how many share what shows. */
  crowdTexts: { activities: {}, athletes: {} } as Record<"activities" | "athletes", Record<string, string>>,

  absence: {
    heartrate: "No heart rate was recorded.",
    pace: "No times were recorded.",
    altitude: "No altitude was recorded.",
    fresh: "Nothing in this span of time.",
    empty: "Nothing to show here.",
    dropped: "Not in this copy of the file.",
  },

  /** Why a layer of a selection shows nothing. */
  nothingThere: {
    selection: "Nothing is selected.",
    heartrate: "Nothing selected has a heart rate.",
    pace: "Nothing selected has times.",
    altitude: "Nothing selected has altitudes.",
    fresh: "Nothing selected lies in this span of time.",
    empty: "Nothing to show here.",
  },

  units: {
    visits: "visits",
    athletes: "athletes",
    time: "time spent",
    pace: "min/km",
    speed: "km/h",
    bpm: "bpm",
    percent: "%",
    climb: "m per 100 m",
    day: "last visit",
    second: "s",
    minute: "min",
    hour: "h",
    kilometre: "km",
    metre: "m",
  },

  /** Values and their units beyond those of `units`. */
  values: {
    paceMile: "min/mi",
    speedMile: "mph",
    climbFeet: "ft per 100 ft",
    relative: "compared with nearby",
    lastHere: "last here {day}",
    /** A value that stands for all beyond an end of its scale. */
    orLess: (value: string) => `${value} or less`,
    orMore: (value: string) => `${value} or more`,
    orSlower: (value: string) => `${value} or slower`,
    orFaster: (value: string) => `${value} or faster`,
  },

  colours: {
    title: "Colours",
    reversed: "Reversed",
    scale: "Scale",
    scales: { linear: "Even", log: "Log", local: "Local" },
    reset: "Reset",
    safe: "Clear to colour-blind eyes",
    lowest: "Lowest value with a colour of its own",
    highest: "Highest value with a colour of its own",
    ramps: {
      own: "Original",
      orange: "Orange",
      magma: "Magma",
      viridis: "Viridis",
      cividis: "Cividis",
      ice: "Ice",
      green: "Green",
      mono: "White",
      turbo: "Rainbow",
      "blue-orange": "Blue, orange",
      "blue-red": "Blue, red",
    } as Record<string, string>,
  },

  /** Short names, as they stand under the pictures. */
  basemaps: {
    dark: "Dark",
    "stadia-dark": "Slate",
    stadia: "Light",
    esri: "Topo",
    osm: "Streets",
    none: "Plain",
  } as Record<string, string>,

  basemapTitles: {
    dark: "CARTO Dark Matter",
    "stadia-dark": "Stadia Alidade Smooth Dark",
    stadia: "Stadia Alidade Smooth",
    esri: "Esri World Topographic Map",
    osm: "OpenStreetMap",
    none: "No basemap, coastlines only",
  } as Record<string, string>,

  notices: {
    basemapGone: "No basemap right now\u00a0- showing coastlines.",
    retry: "Try again",
    dismiss: "Dismiss",
    archiveChanged: "The heatmap was updated just now.",
    linkCopied: "Link copied.",
    linkToCopy: "Copy this link:",
    tilesMissing: "Parts of the heatmap did not arrive.",
  },

  keys: {
    help: "This help",
    hide: "Hide the panels",
    layer: "Choose a layer",
    basemap: "Next basemap",
    routes: "Routes or heat",
    compare: "Compare two pictures",
    who: "Who was here, in the middle of the map",
    table: "List of activities",
    selection: "Selection",
    explore: "Explore",
    everything: "Show everything",
    mapPlaces: "Places to jump to",
    nextPlace: "Next place",
    locate: "Where am I",
    clear: "Clear the selection",
    units: "Kilometres or miles",
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
  },

  help: {
    title: "Help",
    close: "Close",
    keys: "Keys",
    /** Between the first and the last key of a row. */
    to: "to",
    preferences: "Preferences",
    units: "Units",
    metric: "Kilometres",
    imperial: "Miles",
    theme: "Theme",
    auto: "As the map",
    light: "Light",
    dark: "Dark",
    data: "Data",
    asOf: "as of",
    builtBy: "Built by",
  },

  table: {
    title: "Activities",
    close: "Close",
    filter: "Filter",
    filterHint: "Name, sport, year",
    selectionOnly: "Only the selection",
    rows: { one: "activity", other: "activities" },
    nothing: "Nothing fits. Clear the filter to see everything.",
    nothingSelected: "Nothing is selected that fits.",
    name: "Name",
    date: "Date",
    sport: "Sport",
    distance: "Distance",
    moving: "Moving time",
    speed: "Pace",
    ascent: "Ascent",
    gear: "Gear",
    kind: "Kind",
    hour: "Start",
    untitled: "Untitled",
    /** Heading of the buttons, for screen readers. */
    actions: "On the map",
    show: "Show on the map",
    keep: "Keep lit on the map",
  },

  mapbuttons: {
    explore: "Explore",
    more: "More",
    picture: "Save a picture",
    fullScreen: "Full screen",
    leaveFullScreen: "Leave full screen",
    locate: "Where am I",
    table: "List of activities",
    help: "Help and preferences",
  },

  me: {
    here: "You are here",
    denied: "The browser may not tell where you are. Allow it in the page's settings.",
    unavailable: "Where you are is not known right now.",
    timeout: "Finding you took too long. Try again.",
  },

  picture: {
    failed: "The picture could not be made.",
    tainted: "This basemap does not let its picture be saved. Choose another one.",
  },

  messages: {
    chooseFile: "Choose file",
    tryAgain: "Try again",
    drop: "Drop the file to open it",
    webgl: {
      title: "This browser cannot draw the map",
      text: "The map needs WebGL 2. Turn on hardware acceleration in the browser's settings, or open the page in another browser.",
    },
    file: {
      title: "Open the heatmap file",
      text: (file: string) => `A page opened from a folder may not read the files beside it. Choose ${file} here, or drop it anywhere on the page.`,
    },
    missing: {
      title: "The heatmap is not here yet",
      text: (file: string) => `There is no ${file} beside this page. Upload it together with index.html, then try again.`,
    },
    network: {
      title: "The heatmap did not arrive",
      text: "Check the connection, then try again.",
    },
    status: {
      title: "The host does not hand out the heatmap",
      text: "It answered with an error. Try again in a moment; if it stays, check the host's access rules.",
    },
    ranges: {
      title: "This host cannot serve the map",
      text: "This host does not send parts of files, so the map cannot load. See Hosting in the README.",
    },
    compressed: {
      title: "The heatmap arrives compressed",
      text: (file: string) => `This host compresses ${file} on its way, so the map cannot read it. Turn compression off for files of its kind. See Hosting in the README.`,
    },
    truncated: {
      title: "The heatmap is not complete",
      text: (file: string) => `The file ends too early, as after an upload that broke off. Upload ${file} again.`,
    },
    foreign: {
      title: "This is not a heatmap file",
      text: (file: string) => `What the host sent in place of ${file} is something else. Upload the file again, or choose it here.`,
    },
    plain: {
      title: "There is no heatmap in this file",
      text: "It is a map archive or a database, but one that heatmapgen did not make.",
    },
    newer: {
      title: "This page is older than its heatmap",
      text: "The file was made by a newer heatmapgen. Upload the index.html that came with it.",
    },
    format: {
      title: "The heatmap cannot be read",
      text: "Its description is damaged. Build it again, then upload it again.",
    },
    large: {
      title: "This file holds more than the page reads",
      text: "heatmapgen makes no such file: it is damaged, or made to do harm. The browser's console says which limit it goes beyond.",
    },
    unexpected: {
      title: "Something went wrong",
      text: "Try again. If it stays, the browser's console says more.",
    },
    changed: {
      title: "The heatmap is being replaced",
      text: "The file keeps changing while it is read. Try again in a moment.",
    },
    gone: {
      title: "The heatmap was replaced",
      text: (file: string) => `This page still reads ${file}, which has been taken away. Try again to load the page that took its place.`,
    },
  },
};

export type Strings = typeof en;
