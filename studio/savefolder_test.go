package studio_test

import (
	"fmt"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
)

// picker stands in for the dialog that asks for a folder, and for nothing else: it gives a real folder, of the browser's private storage, or
// refuses as browsers do.
const picker = `window.showDirectoryPicker = async ({ mode }) => {
	if (mode !== "readwrite") throw new TypeError(mode);
	if (window.refusal) throw new DOMException("told to a developer", window.refusal);
	return (await navigator.storage.getDirectory()).getDirectoryHandle("chosen", { create: true });
};`

// inFolder returns an expression of what lies in the folder: names with texts, of large files with their SHA-256.
const inFolder = `(async () => {
	const found = {};
	for await (const [name, handle] of (await window.showDirectoryPicker({ mode: "readwrite" })).entries()) {
		const bytes = await (await handle.getFile()).arrayBuffer();
		const sum = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
		found[name] = bytes.byteLength < 100 ? new TextDecoder().decode(bytes) : sum;
	}
	return found;
})()`

// Both files are written into a folder that the user chooses, in the place of those of before, which stay until both are there. Whatever is in the way is
// told plainly, and leaves the folder as it was and the files to be taken.
func TestSaveIntoFolder(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	view := desk
	view.Script = picker
	tab := openAs(t, chromium, view, host.url)
	choose(t, tab, stravaZip(t))
	built(t, tab, 1)
	put := func(name, text string) {
		t.Helper()
		await[bool](t, tab, fmt.Sprintf(`(async () => {
			const out = await (await (await window.showDirectoryPicker({ mode: "readwrite" })).getFileHandle(%q, { create: true })).createWritable();
			await out.write(%q);
			await out.close();
			return true;
		})()`, name, text))
	}
	// save presses the button and returns what the page says then.
	save := func() (note, failure string) {
		t.Helper()
		await[bool](t, tab, `(() => {
			for (const of of [".note", ".failed"]) document.querySelector(of).replaceChildren();
			[...document.querySelectorAll(".takehome > .takebuttons button")].find((b) => b.textContent === "Save into a folder").click();
			return true;
		})()`)
		until(t, tab, `/^(?!Saving)./.test(document.querySelector(".note").innerText + document.querySelector(".failed").innerText)`)
		return await[string](t, tab, `document.querySelector(".note").innerText`), await[string](t, tab, `document.querySelector(".failed").innerText`)
	}
	same := func(what string, want map[string]string) {
		t.Helper()
		if got := await[map[string]string](t, tab, inFolder); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s the folder has %v, and should have %v", what, got, want)
		}
		if n := await[int](t, tab, offered); n != 2 {
			t.Errorf("%s %d things may be taken", what, n)
		}
	}

	put("notes.txt", "mine")
	put("index.html", "the page of before")
	for refusal, words := range map[string]string{"AbortError": "No folder was chosen", "NotAllowedError": "not allowed to write into this folder", "SecurityError": "into no folder", "UnknownError": "could not be saved"} {
		await[bool](t, tab, fmt.Sprintf(`(window.refusal = %q) !== ""`, refusal))
		note, failure := save()
		await[bool](t, tab, `(window.refusal = "") === ""`)
		if !strings.Contains(note+failure, words) || (refusal != "UnknownError") == strings.Contains(failure, "told to a developer") {
			t.Errorf("%s: the page says %q, %q", refusal, note, failure)
		}
		same(refusal+":", map[string]string{"notes.txt": "mine", "index.html": "the page of before"})
	}

	// Something else holds the page, which comes last: by then the archive has been written.
	await[bool](t, tab, `new Promise((resolve, reject) => {
		const work = async () => {
			const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("chosen");
			self.held = await (await folder.getFileHandle("index.html")).createSyncAccessHandle();
			postMessage(true);
			onmessage = () => { self.held.close(); postMessage(true); };
		};
		window.holder = new Worker(URL.createObjectURL(new Blob(["(" + work + ")()"], { type: "text/javascript" })));
		window.holder.onmessage = () => resolve(true);
		window.holder.onerror = (e) => reject(new Error(e.message));
	})`)
	if note, failure := save(); !strings.Contains(failure, "Another program holds a file of that name") {
		t.Errorf("of a file that is held the page says %q, %q", note, failure)
	}
	await[bool](t, tab, `new Promise((resolve) => { window.holder.onmessage = () => resolve(true); window.holder.postMessage(0); })`)
	same("after a file was held", map[string]string{"notes.txt": "mine", "index.html": "the page of before"})

	put("heatmap.pmtiles", "the archive of before, shorter")
	made := await[taken](t, tab, takenScript)
	if note, failure := save(); note != "Saved into chosen." || failure != "" {
		t.Errorf("the page says %q, %q", note, failure)
	}
	same("saved,", map[string]string{"notes.txt": "mine", "index.html": made.PageSHA, "heatmap.pmtiles": made.ArchiveSHA256})
}
