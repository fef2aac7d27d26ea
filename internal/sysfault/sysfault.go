// Package sysfault says in plain words what an error of the operating system means for somebody who has files on a disk and
// no manual of errno(3) at hand, and what to do about it. It decides nothing: whoever meets the error knows what it ends.
//
// The table below holds the errors that unreliable disks, network folders and full file systems give; what differs on Windows is in the file
// named after it.
package sysfault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// A meaning is what an error means and what may help. A remedy is "" where nothing general can be said. One that holds
// wherever it comes from is about the computer rather than about one file.
type meaning struct {
	words, remedy string
	general       bool
}

var (
	full    = meaning{"the disk is full", "free some space, or use a folder on another disk", true}
	quota   = meaning{"your share of the disk is used up", full.remedy, true}
	denied  = meaning{"this user has no permission", "give it to the user who runs heatmapgen", false}
	failing = meaning{"the disk, or the connection to it, failed", "check the disk and try again", true}
	locked  = meaning{"the disk can only be read", "use a folder on another disk", true}
	away    = meaning{"the network folder it lies in does not answer", "connect it and try again", true}
	cloud   = meaning{"it is in the cloud and was not brought to this computer", "let the sync client keep it on this computer and try again", false}
	used    = meaning{"another program uses it", "close that and try again", false}
	gone    = meaning{"it is gone", "", false}
	memory  = meaning{"there is not enough memory", "end other programs and try again", true}
)

// meanings are those of the error numbers of Unix, which package syscall names on every system.
var meanings = map[syscall.Errno]meaning{
	syscall.EACCES:    denied,
	syscall.EPERM:     denied,
	syscall.ENOENT:    gone,
	syscall.EIO:       failing,
	syscall.ENXIO:     failing,
	syscall.ENODEV:    failing,
	syscall.ENOSPC:    full,
	syscall.EDQUOT:    quota,
	syscall.EFBIG:     {"files may not grow that large here", "lift the limit (ulimit -f), or use a folder on another disk", true},
	syscall.EROFS:     locked,
	syscall.ENOMEM:    memory,
	syscall.EMFILE:    {"too many files are open", "lift the limit (ulimit -n) and try again", true},
	syscall.ENFILE:    {"too many files are open on this computer", "end other programs and try again", true},
	syscall.ESTALE:    {"the network folder it lies in was replaced meanwhile", "try again", true},
	syscall.ENOTCONN:  away,
	syscall.EHOSTDOWN: away,
	syscall.EDEADLK:   cloud,
	syscall.EISDIR:    {"a folder stands in its place", "", false},
	syscall.ENOTDIR:   {"a file stands where a folder should be", "", false},
	syscall.ELOOP:     {"links lead in a circle", "remove one of them", false},
	syscall.EBUSY:     used,
}

// Words says what an error of the operating system means and what to do: "the disk is full" and "free some space...". Both are "" for
// an error that is none or that this package has no words for; the remedy alone is "" where nothing general helps.
func Words(err error) (words, remedy string) {
	m := meaningOf(err)
	return m.words, m.remedy
}

// Reason returns the words for err with the system's own behind them in brackets, so that they can be looked up: "the
// disk is full (no space left on device)". Where there are no words it is the system's own, without the names of call
// and file that package os puts before it.
func Reason(err error) string {
	bare := bare(err)
	if words, _ := Words(err); words != "" {
		return words + " (" + bare.Error() + ")"
	}
	return bare.Error()
}

// bare returns the system's own word in an error of package os, which names the call and the file before it.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	for {
		switch {
		case errors.As(err, &path):
			err = path.Err
		case errors.As(err, &link):
			err = link.Err
		case errors.As(err, &call):
			err = call.Err
		default:
			return err
		}
	}
}

// Explain returns err with its words and remedy behind it when what it says is about the computer as a whole, such as a full disk, and
// the words are not in it already. Every other error, and nil, comes back as it is.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	m := meaningOf(err)
	if !m.general || strings.Contains(err.Error(), m.words) {
		return err
	}
	return fmt.Errorf("%w: %s; %s", err, m.words, m.remedy)
}

func meaningOf(err error) meaning {
	var number syscall.Errno
	if errors.As(err, &number) {
		if m, ok := systemMeanings[number]; ok {
			return m
		}
		return meanings[number]
	}
	// SQLite hides the system's error behind a number of its own (https://sqlite.org/rescode.html); the lowest byte is
	// the primary one.
	var database interface{ Code() int }
	if errors.As(err, &database) {
		switch database.Code() & 0xff {
		case 7: // SQLITE_NOMEM
			return memory
		case 8: // SQLITE_READONLY
			return locked
		case 10: // SQLITE_IOERR
			return failing
		case 13: // SQLITE_FULL
			return full
		}
	}
	return meaning{}
}

// LinkToNothing returns where the symbolic link at path leads when that is not there, and false when path is no such link.
func LinkToNothing(path string) (target string, ok bool) {
	target, err := os.Readlink(path)
	if err != nil {
		return "", false
	}
	_, err = os.Stat(path)
	return target, errors.Is(err, fs.ErrNotExist)
}
