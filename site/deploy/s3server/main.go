// Command s3server serves the folders of a folder as buckets, speaking S3, on a free port of this computer, for the tests
// of package deploy. It prints its address and ends when its input does, so it never outlives a test. It is the posix
// backend of the Versity S3 gateway, without its caches, queues and user interfaces.
//
// It is a module of its own, so that heatmapgen does not depend on what a gateway needs. The versions of Amazon's
// library are those of heatmapgen's go.mod: what is compiled for one is not compiled again for the other.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"
)

// What the only user signs requests with.
const (
	accessKey = "heatmapgen-test-key"
	secretKey = "heatmapgen-test-secret"
	region    = "eu-central-1"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: s3server folder")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "s3server:", err)
		os.Exit(1)
	}
}

// run serves dir/data; what S3 knows of an object beyond its content is kept in dir/meta, since not every file system
// has extended attributes. Old versions of objects, in buckets that are told to keep them, are in dir/versions.
func run(dir string) error {
	data, side, versions := filepath.Join(dir, "data"), filepath.Join(dir, "meta"), filepath.Join(dir, "versions")
	for _, d := range []string{data, side, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	attributes, err := meta.NewSideCar(side)
	if err != nil {
		return err
	}
	// The backend works in its folder.
	backend, err := posix.New(data, attributes, posix.PosixOpts{SideCarDir: side, VersioningDir: versions})
	if err != nil {
		return err
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	root := auth.Account{Access: accessKey, Secret: secretKey, Role: auth.RoleAdmin}
	ready := make(chan struct{})
	server, err := s3api.New(backend, middlewares.RootUserConfig{Access: accessKey, Secret: secretKey}, region,
		auth.NewIAMServiceSingle(root), nil, nil, nil, nil,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithConcurrencyLimiter(64, 64), s3api.WithMpMaxParts(10000), s3api.WithOnListen(func() { close(ready) }))
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.ServeMultiPort([]string{address}) }()
	select {
	case err := <-ended:
		return err
	case <-ready:
	}
	fmt.Println("http://" + address)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return nil
}

// freeAddress returns an address of this computer that nobody listened on a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
