// Package sysfault says in plain words what an error of the operating system means for somebody who has files on a disk and
// no manual of errno(3) at hand, and what to do about it. It decides nothing: whoever meets the error knows what it ends.
//
// The table below holds the errors that unreliable disks, network folders and full file systems give; what differs on Windows is in the file
// named after it.
package sysfault

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// A meaning is what an error means and what may help. A remedy is "" where nothing general can be said.
type meaning struct{ words, remedy string }

const (
	network  = "the network folder it lies in does not answer"
	connect  = "connect the disk or network folder and try again"
	tryAgain = "try again"
)

var (
	full    = meaning{"the disk is full", "free some space, or use a folder on another disk"}
	denied  = meaning{"this user has no permission", "give it to the user who runs heatmapgen"}
	failing = meaning{"the disk, or the connection to it, failed", "check the disk and try again"}
	gone    = meaning{"it is gone", ""}
	memory  = meaning{"there is not enough memory", "end other programs and try again"}
)

// meanings are those of the error numbers of Unix, which package syscall names on every system.
var meanings = map[syscall.Errno]meaning{
	syscall.EACCES:       denied,
	syscall.EPERM:        denied,
	syscall.ENOENT:       gone,
	syscall.EIO:          failing,
	syscall.ENXIO:        failing,
	syscall.ENODEV:       failing,
	syscall.ENOSPC:       full,
	syscall.EDQUOT:       {"your share of the disk is used up", full.remedy},
	syscall.EFBIG:        {"files may not grow that large here", "lift the limit (ulimit -f), or use a folder on another disk"},
	syscall.EROFS:        {"the disk can only be read", "use a folder on another disk"},
	syscall.ENOMEM:       memory,
	syscall.EMFILE:       {"too many files are open", "lift the limit (ulimit -n) and try again"},
	syscall.ENFILE:       {"too many files are open on this computer", "end other programs and try again"},
	syscall.ESTALE:       {"the network folder it lies in was replaced meanwhile", tryAgain},
	syscall.ENOTCONN:     {network, connect},
	syscall.EHOSTDOWN:    {network, connect},
	syscall.EHOSTUNREACH: {network, connect},
	syscall.ENETDOWN:     {network, connect},
	syscall.ENETUNREACH:  {network, connect},
	syscall.ETIMEDOUT:    {network, connect},
	syscall.ECONNRESET:   {network, connect},
	syscall.EDEADLK:      {"it is in the cloud and was not brought to this computer", "let the sync client keep it on this computer and try again"},
	syscall.EISDIR:       {"a folder stands in its place", ""},
	syscall.ENOTDIR:      {"a file stands where a folder should be", ""},
	syscall.ELOOP:        {"links lead in a circle", "remove one of them"},
	syscall.EBUSY:        {"another program uses it", "close that and try again"},
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
			return meanings[syscall.EROFS]
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
