package intervals

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/sorting"
)

// indexName is the file that says what the others are, indexVersion the version of its form. An index of
// another version is made anew, from the files that are there, but for one of plainIndexVersion, which is the same
// without a checksum.
const (
	indexName         = "index.json"
	indexVersion      = 2
	plainIndexVersion = 1
	maxIndex          = 256 << 20
)

// What became of an activity's file.
const (
	statePending = ""        // not asked for yet, or to be asked for again
	stateFile    = "file"    // it is here
	stateNoFile  = "none"    // there is none, or none that is a recording
	stateStrava  = "strava"  // it came from Strava, which forbids to pass it on
	stateFailed  = "failed"  // it did not arrive; the next fetch tries again
	stateRefused = "refused" // the service will not hand it out
)

// An entry is what the index keeps of an activity.
type entry struct {
	ID        string         `json:"id"`
	Day       string         `json:"day,omitempty"` // "2026-05-31", local time of the activity
	Start     time.Time      `json:"start,omitzero"`
	Sport     activity.Sport `json:"sport,omitempty"`
	Name      string         `json:"name,omitempty"`
	DistanceM float64        `json:"distance_m,omitempty"`
	MovingS   float64        `json:"moving_s,omitempty"`
	AscentM   float64        `json:"ascent_m,omitempty"`
	// Labels stand among the rest, those that are known.
	activity.Labels
	// Rev is the revision of the recording that the service had last; "" when not known.
	Rev   string `json:"rev,omitempty"`
	State string `json:"state,omitempty"`
	// Why says more about a state without a file.
	Why string `json:"why,omitempty"`
	stored
}

// stored is what is known of an activity's file.
type stored struct {
	// File is its name in the folder, "" when there is none, Size its bytes, and SHA256 their hash in hex, "" where not
	// known.
	File   string `json:"file,omitempty"`
	Size   int64  `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// An index is what the folder holds, by id.
type index struct {
	Version int `json:"version"`
	// Athlete tells athletes apart without naming them.
	Athlete string `json:"athlete,omitempty"`
	// Full is when everything was last compared; the zero time when never.
	Full       time.Time `json:"full,omitzero"`
	Activities []*entry  `json:"activities"`

	byID map[string]*entry
}

// put adds an entry in the place of one with its id.
func (x *index) put(e *entry) { x.byID[e.ID] = e }

// sorted returns the entries by day, then id.
func (x *index) sorted() []*entry {
	all := make([]*entry, 0, len(x.byID))
	for _, e := range x.byID {
		all = append(all, e)
	}
	sorting.Func(all, compareEntries)
	return all
}

// A folder holds the files as they were served, and their index. It cannot be left by any name.
type folder struct{ root *os.Root }

// openFolder opens the folder; its error is fs.ErrNotExist when there is none.
func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root}, nil
}

// makeFolder opens the folder, making it as needed: for the user alone, since it holds positions.
func makeFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder %s: %w", dir, err)
	}
	return openFolder(dir)
}

func (f *folder) close() error { return f.root.Close() }

// plainID is the form of the service's own ids, which are fit for a file's name on every system.
var plainID = regexp.MustCompile(`^i?[0-9]{1,20}$`)

// stem returns the name, without its ending, of an activity's file: the id itself, or, for an id of any other
// form, a hash of it.
func stem(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "x" + hex.EncodeToString(sum[:16])
}

// fileName is the form of the names that the folder's recordings have.
var fileName = regexp.MustCompile(`^(i?[0-9]{1,20}|x[0-9a-f]{32})\.(fit|gpx|tcx)(\.gz)?$`)

// tempName is the form of the names of files that are still being written.
var tempName = regexp.MustCompile(`^\.[0-9a-f]{16}\.tmp$`)

// load reads the index. Where it is missing, damaged or of another version it is made anew from the files, and
// damaged says so if there were any. The error says that the folder cannot be read now, so that nothing is known of what is in it.
func (f *folder) load() (x *index, damaged bool, err error) {
	x, err = f.readIndex()
	if err == nil {
		return x, false, nil
	}
	var unreadable *fs.PathError
	missing := errors.Is(err, fs.ErrNotExist)
	if errors.As(err, &unreadable) && !missing {
		return nil, false, f.unreadable(indexName, err)
	}
	x = &index{byID: map[string]*entry{}}
	names, err := f.recordings()
	if err != nil {
		return nil, false, err
	}
	for _, name := range names {
		id, _, _ := strings.Cut(name, ".")
		// The id behind a hash is not known; the next fetch finds the file by it.
		if !plainID.MatchString(id) {
			continue
		}
		info, err := f.root.Lstat(name)
		if err != nil {
			return nil, false, f.unreadable(name, err)
		}
		x.put(&entry{ID: id, State: stateFile, stored: stored{File: name, Size: info.Size()}})
	}
	return x, !missing || len(x.byID) > 0, nil
}

// unreadable returns the error of a file of the folder that the system cannot read.
func (f *folder) unreadable(name string, err error) error {
	return &source.ReadError{Where: f.root.Name(), Path: name, Err: err}
}

func (f *folder) readIndex() (*index, error) {
	file, err := f.root.Open(indexName)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxIndex))
	if err != nil {
		return nil, err
	}
	x := &index{byID: map[string]*entry{}}
	if err := json.Unmarshal(text, x); err != nil {
		return nil, err
	}
	switch {
	case x.Version == indexVersion:
		// A flipped bit may leave it JSON and name another activity.
		if !sumRight(text) {
			return nil, errors.New("the checksum of the index is wrong")
		}
	case x.Version != plainIndexVersion:
		return nil, fmt.Errorf("version %d of the index", x.Version)
	}
	for _, e := range x.Activities {
		if e == nil || !wireID(e.ID).usable() {
			continue
		}
		if e.File != "" && !fileName.MatchString(e.File) {
			e.stored, e.State = stored{}, statePending
		}
		x.put(e)
	}
	x.Activities = nil
	return x, nil
}

// save writes the index.
func (f *folder) save(x *index) error {
	x.Version, x.Activities = indexVersion, x.sorted()
	text, err := json.Marshal(x)
	x.Activities = nil
	if err != nil {
		return fmt.Errorf("writing the index of intervals.icu: %w", err)
	}
	var temp string
	temp, _, err = f.write(bytes.NewReader(withSum(text)))
	if err == nil {
		err = f.rename(temp, indexName)
	}
	if err != nil {
		return fmt.Errorf("writing the index of intervals.icu: %w", err)
	}
	return nil
}

// write writes a file under a temporary name, which it returns with the file's hash, down to the disk.
func (f *folder) write(from io.Reader) (temp, sum string, err error) {
	temp = fmt.Sprintf(".%016x.tmp", rand.Uint64())
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", "", err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, h), from)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		f.remove(temp)
		return "", "", err
	}
	return temp, hex.EncodeToString(h.Sum(nil)), nil
}

// rename gives a finished file its name in one step.
func (f *folder) rename(temp, name string) error {
	if err := atomicfile.ReplaceIn(f.root, temp, name); err != nil {
		f.remove(temp)
		return err
	}
	return nil
}

// remove deletes a file. What stays behind is of no use and no harm.
func (f *folder) remove(name string) { _ = f.root.Remove(name) }

// kind returns the ending that a file's content asks for, such as "fit" or "gpx.gz"; "" when it is no recording.
func (f *folder) kind(name string) (kind string, html bool, err error) {
	file, err := f.root.Open(name)
	if err != nil {
		return "", false, err
	}
	defer file.Close()
	head, packed := readHead(file), ""
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return "", false, nil
		}
		head, packed = readHead(z), ".gz"
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(head) >= 12 && head[0] >= 12 && string(head[8:12]) == ".FIT":
		return "fit" + packed, false, nil
	case isHTML(text):
		return "", true, nil
	case bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<gpx")):
		return "gpx" + packed, false, nil
	case bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<TrainingCenterDatabase")):
		return "tcx" + packed, false, nil
	}
	return "", false, nil
}

// readHead returns the beginning of r, as far as a root element may be.
func readHead(r io.Reader) []byte {
	head := make([]byte, 4096)
	n, _ := io.ReadFull(r, head)
	return head[:n]
}

// recordings returns the names of the recordings in the folder.
func (f *folder) recordings() ([]string, error) { return f.named(fileName) }

func (f *folder) named(form *regexp.Regexp) ([]string, error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil, f.unreadable("", err)
	}
	defer dir.Close()
	found, err := dir.ReadDir(-1)
	if err != nil {
		return nil, f.unreadable("", err)
	}
	var names []string
	for _, d := range found {
		if d.Type().IsRegular() && form.MatchString(d.Name()) {
			names = append(names, d.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// staleAfter is the age of a temporary file that a fetch which died left behind.
const staleAfter = 24 * time.Hour

// tidy deletes temporary files that nobody writes to any more.
func (f *folder) tidy(now time.Time) {
	names, _ := f.named(tempName) // what cannot be listed is told by who needs it
	for _, name := range names {
		if info, err := f.root.Lstat(name); err == nil && now.Sub(info.ModTime()) > staleAfter {
			f.remove(name)
		}
	}
}

// sweep deletes recordings that the index does not name.
func (f *folder) sweep(x *index) {
	known := map[string]bool{}
	for _, e := range x.byID {
		known[e.File] = true
	}
	names, _ := f.recordings() // what is not deleted now is deleted another time
	for _, name := range names {
		if !known[name] {
			f.remove(name)
		}
	}
}

// check sends entries whose file is gone, or not of its size, back to be fetched, and returns the names of the files. A file that
// cannot be looked at may be there as it was: that is an error.
func (f *folder) check(x *index) (bad []string, err error) {
	for _, e := range x.byID {
		if e.File == "" {
			continue
		}
		info, err := f.root.Lstat(e.File)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, f.unreadable(e.File, err)
		}
		if err != nil || !info.Mode().IsRegular() || info.Size() != e.Size {
			bad = append(bad, e.File)
			e.stored, e.State = stored{}, statePending
		}
	}
	return bad, nil
}
