package generator

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
)

// A verdict is what becomes of a system call.
type verdict struct {
	// kill ends the process before the call.
	kill bool
	// fail is what the call returns instead of being done; 0 lets it be done.
	fail syscall.Errno
}

// fileCalls are the system calls that have to do with files, by their numbers on amd64.
var fileCalls = map[uint64]string{
	syscall.SYS_READ: "read", syscall.SYS_WRITE: "write", syscall.SYS_OPEN: "open", syscall.SYS_CLOSE: "close", syscall.SYS_STAT: "stat",
	syscall.SYS_FSTAT: "fstat", syscall.SYS_LSTAT: "lstat", syscall.SYS_PREAD64: "pread64", syscall.SYS_PWRITE64: "pwrite64", syscall.SYS_ACCESS: "access",
	syscall.SYS_FCNTL: "fcntl", syscall.SYS_FLOCK: "flock", syscall.SYS_FSYNC: "fsync", syscall.SYS_FDATASYNC: "fdatasync", syscall.SYS_FTRUNCATE: "ftruncate",
	syscall.SYS_RENAME: "rename", syscall.SYS_MKDIR: "mkdir", syscall.SYS_LINK: "link", syscall.SYS_UNLINK: "unlink", syscall.SYS_READLINK: "readlink",
	syscall.SYS_CHMOD: "chmod", syscall.SYS_FCHMOD: "fchmod", syscall.SYS_GETDENTS64: "getdents64", syscall.SYS_OPENAT: "openat", syscall.SYS_MKDIRAT: "mkdirat",
	syscall.SYS_NEWFSTATAT: "newfstatat", syscall.SYS_UNLINKAT: "unlinkat", syscall.SYS_RENAMEAT: "renameat", syscall.SYS_LINKAT: "linkat",
	syscall.SYS_READLINKAT: "readlinkat", syscall.SYS_FCHMODAT: "fchmodat", 316: "renameat2", 326: "copy_file_range",
}

// traced is what became of a process that was traced.
type traced struct {
	status syscall.WaitStatus
	output string
}

// trace runs a command and asks before each of its system calls what is to become of it: call is told the number, and the
// path of the file that is opened, written to or synced, "" for other calls. The test is skipped where processes may not be traced.
func trace(t *testing.T, cmd *exec.Cmd, call func(number uint64, path string) verdict) traced {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "output")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	// Waiting for the group alone reaps no other children.
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Setpgid: true}
	runtime.LockOSThread() // only the thread that began it may trace
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		t.Skip("processes may not be traced here:", err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Release()
	status, err := follow(cmd.Process.Pid, call)
	if err != nil {
		_ = syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
		t.Fatal("tracing:", err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return traced{status, string(text)}
}

const ptraceExitKill = 0x100000 // PTRACE_O_EXITKILL of linux/ptrace.h

// follow lets a process that stands at its beginning run to its end.
func follow(pid int, call func(number uint64, path string) verdict) (status syscall.WaitStatus, err error) {
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
		return status, err
	}
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|ptraceExitKill); err != nil {
		return status, fmt.Errorf("options: %w", err)
	}
	goOn := func(thread, signal int) {
		_ = syscall.PtraceSyscall(thread, signal) // it may be dead by now
	}
	inside := map[int]bool{}           // threads that are in a call
	failing := map[int]syscall.Errno{} // what the call that a thread is in is to return
	known, killed := map[int]bool{pid: true}, false
	goOn(pid, 0)
	for {
		thread, err := syscall.Wait4(-pid, &status, syscall.WALL, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return status, err
		}
		switch {
		case status.Exited() || status.Signaled():
			if thread == pid {
				return status, nil
			}
		case !status.Stopped() || killed:
			goOn(thread, 0)
		case status.StopSignal() == syscall.SIGTRAP|0x80:
			inside[thread] = !inside[thread]
			var regs syscall.PtraceRegs
			if syscall.PtraceGetRegs(thread, &regs) != nil {
				continue
			}
			if inside[thread] {
				v := call(regs.Orig_rax, filePath(thread, &regs))
				if v.kill {
					killed = true
					_ = syscall.Kill(pid, syscall.SIGKILL)
					continue
				}
				if v.fail != 0 {
					failing[thread] = v.fail
					regs.Orig_rax = ^uint64(0) // no call at all
					_ = syscall.PtraceSetRegs(thread, &regs)
				}
			} else if errno := failing[thread]; errno != 0 {
				delete(failing, thread)
				regs.Rax = uint64(-int64(errno))
				_ = syscall.PtraceSetRegs(thread, &regs)
			}
			goOn(thread, 0)
		case status.StopSignal() == syscall.SIGTRAP && status.TrapCause() > 0: // a new thread began
			goOn(thread, 0)
		case status.StopSignal() == syscall.SIGSTOP && !known[thread]: // it is the new thread
			known[thread] = true
			goOn(thread, 0)
		default:
			known[thread] = true
			goOn(thread, int(status.StopSignal()))
		}
	}
}

// filePath returns the path of the file that a call opens, writes to or syncs.
func filePath(thread int, regs *syscall.PtraceRegs) string {
	at := uintptr(regs.Rsi)
	switch regs.Orig_rax {
	case syscall.SYS_OPENAT:
	case syscall.SYS_OPEN:
		at = uintptr(regs.Rdi)
	case syscall.SYS_WRITE, syscall.SYS_FSYNC:
		path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, regs.Rdi))
		return path
	default:
		return ""
	}
	buf := make([]byte, 512)
	n, _ := syscall.PtracePeekData(thread, at, buf)
	path, _, _ := bytes.Cut(buf[:n], []byte{0})
	return string(path)
}
