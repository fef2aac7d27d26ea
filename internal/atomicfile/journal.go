package atomicfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"heatmapgen/internal/scratch"
)

// journalVersion is that of the journal's form: a line of JSON, and a line with its SHA-256 in hex.
const journalVersion = 1

// maxJournal bounds what is read of a journal, in bytes.
const maxJournal = 1 << 16

// A journal says what a commit is about to do in a folder. All names are of files in that folder, or, for temporary files, in
// the folder of what a link of that name leads to.
type journal struct {
	Version int           `json:"version"`
	Replace []replacement `json:"replace"`
	Remove  []removal     `json:"remove,omitempty"`
}

// A replacement puts the file Temp in the place of Name.
type replacement struct {
	Name string `json:"name"`
	Temp string `json:"temp"`
	content
}

// A removal removes the file Name if it still has that content.
type removal struct {
	Name string `json:"name"`
	content
}

// content is that of a file.
type content struct {
	Size int64  `json:"size"`
	Sum  []byte `json:"sha256"`
}

func contentOf(path string) (content, error) {
	f, err := OpenShared(path)
	if err != nil {
		return content{}, err
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, f)
	return content{size, h.Sum(nil)}, err
}

// of reports whether a file has the content. A file that is not there has not.
func (c content) of(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != c.Size {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	got, err := contentOf(path)
	return err == nil && got.Size == c.Size && bytes.Equal(got.Sum, c.Sum), err
}

func (r removal) run(dir string) error {
	path := filepath.Join(dir, r.Name)
	if same, err := r.of(path); !same || err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(dir)
}

// write writes the journal into the folder dir, down to the disk.
func (j *journal) write(dir string) error {
	if err := step("journal"); err != nil {
		return err
	}
	text, err := json.Marshal(j)
	if err != nil {
		return err
	}
	err = Write(filepath.Join(dir, scratch.JournalName), 0o600, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n%x\n", text, sha256.Sum256(text))
		return err
	})
	if err != nil {
		return err
	}
	return step("journal is there")
}

// errTorn says that a journal is not whole. It was put in its place as a whole before anything that it speaks of was done, so either it
// never got there, or the disk has lost it.
var errTorn = errors.New("the journal is damaged")

// readJournal reads the journal in the folder dir. Its error is fs.ErrNotExist when there is none, errTorn when it is not whole.
func readJournal(dir string) (*journal, error) {
	f, err := os.Open(filepath.Join(dir, scratch.JournalName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := io.ReadAll(io.LimitReader(f, maxJournal))
	if err != nil {
		return nil, err
	}
	text, sum, _ := bytes.Cut(all, []byte("\n"))
	if string(sum) != fmt.Sprintf("%x\n", sha256.Sum256(text)) {
		return nil, errTorn
	}
	j := &journal{}
	if json.Unmarshal(text, j) != nil {
		return nil, errTorn
	}
	if j.Version != journalVersion {
		return nil, fmt.Errorf("%s is of another version of heatmapgen; use that one, or the newest", f.Name())
	}
	for _, r := range j.Replace {
		if !plain(r.Name) || !plain(r.Temp) || !scratch.Ours(r.Temp) {
			return nil, errTorn
		}
	}
	for _, r := range j.Remove {
		if !plain(r.Name) {
			return nil, errTorn
		}
	}
	return j, nil
}

// plain reports whether a name is one of a file, without a way to another folder.
func plain(name string) bool {
	return filepath.IsLocal(name) && filepath.Base(name) == name && name != "."
}

// removeJournal removes the journal if there is one.
func (f *Folder) removeJournal() error {
	path := filepath.Join(f.dir, scratch.JournalName)
	if !exists(path) {
		return nil
	}
	if err := step("end"); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(f.dir)
}
