package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// step is called with what is about to be done before each step of a commit and of its completion. Tests break off there.
var step = func(what string) error { return nil }

// Commit puts all staged files in their places and then removes the files called remove, all of which lie in the folder: all of
// it comes to pass or nothing. The staged files are used up. After an error but a *StandingError everything is as it was; should even that
// be out of reach, the error says so, and Settle brings it about. Whenever the process is killed, Settle completes or undoes
// what it had begun.
//
// The steps are: a journal that says what is to come, down to the disk; of each file but the last that is replaced a second name,
// by which it could come back; the renames, one after the other; the removals; the end of the second names and of
// the journal.
func (f *Folder) Commit(staged []*Staged, remove []string) error {
	j, err := f.plan(staged, remove)
	if err == nil && len(staged) == 1 && len(remove) == 0 {
		return staged[0].Replace() // one step needs no journal
	}
	if err == nil {
		err = j.write(f.dir)
	}
	if err != nil {
		err = fmt.Errorf("preparing the new files in %s: %w", f.dir, err)
		if left := f.removeJournal(); left != nil {
			release(staged)
			return unsettled(err, left)
		}
		for _, s := range staged {
			s.Discard()
		}
		return err
	}
	release(staged)
	if err := f.rename(staged); err != nil {
		if undone := f.undo(staged); undone != nil {
			return unsettled(err, undone)
		}
		for _, s := range staged {
			s.Discard()
		}
		return err
	}
	return f.finish(j)
}

// release closes files that a journal guards.
func release(staged []*Staged) {
	for _, s := range staged {
		s.file.Close()
	}
}

// unsettled says that a commit could neither be completed nor undone yet.
func unsettled(err, undoing error) error {
	return fmt.Errorf("%w; and what was begun could not be undone (%v): the next start of heatmapgen completes or undoes it", err, undoing)
}

// plan makes the journal of a commit.
func (f *Folder) plan(staged []*Staged, remove []string) (*journal, error) {
	j := &journal{Version: journalVersion}
	for _, s := range staged {
		if filepath.Dir(s.name) != filepath.Clean(f.dir) {
			return nil, fmt.Errorf("%s is not in the folder", s.name)
		}
		if err := step("hash " + filepath.Base(s.name)); err != nil {
			return nil, err
		}
		c, err := s.hash()
		if err != nil {
			return nil, err
		}
		j.Replace = append(j.Replace, replacement{filepath.Base(s.name), filepath.Base(s.file.Name()), c})
		// The journal syncs its own folder; a link may lead elsewhere.
		if dir := filepath.Dir(s.path); dir != filepath.Dir(s.name) {
			if err := syncDir(dir); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range remove {
		c, err := contentOf(filepath.Join(f.dir, name))
		if err != nil {
			return nil, err
		}
		j.Remove = append(j.Remove, removal{name, c})
	}
	return j, nil
}

// rename gives the staged files their names.
func (f *Folder) rename(staged []*Staged) error {
	for _, s := range staged[:len(staged)-1] {
		if err := keepOld(s.path); err != nil {
			return fmt.Errorf("replacing %s: %w", s.name, err)
		}
	}
	for _, s := range staged {
		err := step("rename " + filepath.Base(s.name))
		if err == nil {
			err = replace(s.file.Name(), s.path)
		}
		if err != nil {
			return fmt.Errorf("replacing %s: %w", s.name, err)
		}
	}
	return nil
}

// oldSuffix ends the second name of a file that is about to be replaced.
const oldSuffix = ".heatmapgen-old"

// oldOf returns the second name of a file that is about to be replaced.
func oldOf(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+oldSuffix)
}

// link is os.Link; tests have none.
var link = os.Link

// keepOld gives a file a second name, or another where a file can only have one.
func keepOld(path string) error {
	old := oldOf(path)
	if err := step("keep " + filepath.Base(path)); err != nil {
		return err
	}
	if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := link(path, old)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := step("move " + filepath.Base(path)); err != nil {
		return err
	}
	return replace(path, old)
}

// undo puts everything back as it was before rename, and removes the journal.
func (f *Folder) undo(staged []*Staged) error {
	for _, s := range slices.Backward(staged) {
		name := filepath.Base(s.name)
		old := oldOf(s.path)
		switch {
		case exists(old):
			if err := step("put back " + name); err != nil {
				return err
			}
			if err := putBack(old, s.path); err != nil {
				return err
			}
		case !exists(s.file.Name()): // renamed to where there was nothing before
			if err := step("take back " + name); err != nil {
				return err
			}
			if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return f.removeJournal()
}

// putBack gives a file back the name that it had before keepOld.
func putBack(old, path string) error {
	// To rename one name of a file to another of it does nothing.
	if a, err := os.Stat(old); err == nil {
		if b, err := os.Stat(path); err == nil && os.SameFile(a, b) {
			_ = os.Remove(old) // else Settle does it
			return nil
		}
	}
	return replace(old, path)
}

// finish does what comes after the renames. Its error is a *StandingError.
func (f *Folder) finish(j *journal) error {
	for _, dir := range f.dirs(j) {
		err := step("sync")
		if err == nil {
			err = syncDir(dir)
		}
		if err != nil {
			return &StandingError{err} // the journal stays until this has succeeded
		}
	}
	for _, r := range j.Remove {
		err := step("remove " + r.Name)
		if err == nil {
			err = r.run(f.dir)
		}
		if err != nil {
			return &StandingError{fmt.Errorf("the one that they replace is still there, and would be published with them: %w", err)}
		}
	}
	for _, r := range j.Replace {
		if path, err := Target(filepath.Join(f.dir, r.Name)); err == nil && step("forget "+r.Name) == nil {
			_ = os.Remove(oldOf(path)) // else Settle does it
		}
	}
	_ = f.removeJournal() // else Settle finds everything done
	return nil
}

// dirs returns the folders that the files of a journal lie in: that of the journal last.
func (f *Folder) dirs(j *journal) []string {
	var dirs []string
	for _, r := range j.Replace {
		if path, err := Target(filepath.Join(f.dir, r.Name)); err == nil && !slices.Contains(dirs, filepath.Dir(path)) && filepath.Dir(path) != filepath.Clean(f.dir) {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	return append(dirs, f.dir)
}
