package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// Surroundings that fail, for scripts: each is a command that runs heatmapgen with them.

// helpers are the commands of this system.
var helpers = map[string]func(){
	"asnobody": asNobodyMain,
	"limited":  limitedMain,
	"fulldisk": fullDiskMain,
}

// asNobodyMain is "asnobody args...": heatmapgen with those arguments, without the rights of root where the test has them.
func asNobodyMain() {
	const nobody = 65534
	if os.Geteuid() == 0 {
		check(syscall.Setgroups(nil))
		check(syscall.Setgid(nobody))
		check(syscall.Setuid(nobody))
	}
	main()
}

// limitedMain is "limited bytes args...": heatmapgen where files may not grow beyond so many bytes, as on a disk that is full.
func limitedMain() {
	most, err := strconv.ParseUint(os.Args[1], 10, 64)
	check(err)
	check(syscall.Setrlimit(1 /* RLIMIT_FSIZE, getrlimit(2) */, &syscall.Rlimit{Cur: most, Max: most}))
	os.Args = append(os.Args[:1:1], os.Args[2:]...)
	main()
}

const (
	insideVar = "HEATMAPGEN_TEST_FULL_DISK" // set in the process that sees the small disk
	noDisk    = 77                          // this system allows nobody to mount one
)

// fullDiskMain is "fulldisk folder bytes args...": heatmapgen for which the folder is a disk of so many bytes. Nobody else sees that disk, and it
// goes with the process.
func fullDiskMain() {
	if os.Getenv(insideVar) == "" {
		os.Exit(inNamespace(os.Args[1:]))
	}
	if err := syscall.Mount("tmpfs", os.Args[1], "tmpfs", 0, "size="+os.Args[2]); err != nil {
		os.Exit(noDisk)
	}
	os.Args = append(os.Args[:1:1], os.Args[3:]...)
	if len(os.Args) > 1 {
		main()
	}
}

// inNamespace runs this program again in mount and user namespaces of its own, and returns the exit code.
func inNamespace(args []string) int {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), insideVar+"=1")
	self := func(id int) []syscall.SysProcIDMap {
		return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: self(os.Getuid()), GidMappings: self(os.Getgid()), AmbientCaps: []uintptr{21 /* CAP_SYS_ADMIN, capabilities(7) */}}
	err := cmd.Run()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed):
		return failed.ExitCode()
	}
	return noDisk
}
