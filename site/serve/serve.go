// Package serve shows a finished site on this computer, over HTTP on the loopback interface: the page and its
// archive, with the byte ranges that the page reads the archive by, and every layer as picture tiles for map
// editors and other programs.
//
// The archive shows where somebody lives, so the server answers nobody else: it
// listens on loopback addresses only, takes no other Host (against DNS rebinding)
// and refuses what other sites' pages ask for, but for tiles that listed editors read (editors.go). It knows the
// files by name (handler.go) and serves nothing besides but what it makes of the archive (site.go, tiles.go). How the
// archive is made it does not know: that is package generator.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
)

// A Server has opened its port and waits for Serve.
type Server struct {
	listener net.Listener
	host     string
	patience patience
}

// Listen opens addr, which is host:port with a loopback host; port 0 takes any
// free one. It fails when addr is not loopback (see config.CheckLoopback) or
// cannot be opened; errors.Is then tells syscall.EADDRINUSE and the like.
func Listen(addr string) (*Server, error) {
	if err := config.CheckLoopback(addr); err != nil {
		return nil, fmt.Errorf("address %q: %w", addr, err)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", addr, rootCause(err))
	}
	// A hosts file can make "localhost" anything.
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		listener.Close()
		return nil, fmt.Errorf("address %q: this computer takes it for %s, which others can reach; use 127.0.0.1 instead", addr, listener.Addr())
	}
	host, _, _ := net.SplitHostPort(addr)
	return &Server{listener, host, usualPatience}, nil
}

// rootCause leaves out the wrappings of the net package, which repeat the address.
func rootCause(err error) error {
	var sys *os.SyscallError
	if errors.As(err, &sys) {
		return sys.Err
	}
	return err
}

// Port returns the port that is open.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// TilesURL returns the address of the page that lists the tiles for other programs.
func (s *Server) TilesURL() string { return strings.TrimSuffix(s.URL(), "/") + tilesPath }

// URL returns the address to type into a browser.
func (s *Server) URL() string {
	return "http://" + net.JoinHostPort(s.host, strconv.Itoa(s.Port())) + "/"
}

// Close gives the port back when Serve will not be called.
func (s *Server) Close() error { return s.listener.Close() }

// shutdownTime is how long requests under way may take to end.
const shutdownTime = 2 * time.Second

// Serve shows a site until ctx is cancelled, and returns nil then, after the requests under way have ended or
// two seconds have passed. A site that is rebuilt meanwhile is shown anew at the next request. Serve closes the
// server's port in any case.
func (s *Server) Serve(ctx context.Context, opts Options) error {
	if err := CheckSite(opts.Dir); err != nil {
		s.listener.Close()
		return err
	}
	site := newSiteHandler(opts, s.Port())
	defer site.shelf.close()
	if err := s.ServeHandler(ctx, site); err != nil {
		return fmt.Errorf("serving %s: %w", opts.Dir, err)
	}
	return nil
}

// ServeHandler is Serve for a handler, which has to refuse what is foreign itself: see OwnHost and RefuseHost, Foreign and RefuseForeign. When ctx is
// cancelled, the contexts of its requests are as well. Answers may take as long as they like while the client takes them.
func (s *Server) ServeHandler(ctx context.Context, handler http.Handler) error {
	defer s.listener.Close()
	server := &http.Server{
		Handler:           s.patience.bounded(handler),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: s.patience.header,
		IdleTimeout:       s.patience.idle,
		MaxHeaderBytes:    64 << 10,
		// Every request goes through the handler, also "OPTIONS *".
		DisableGeneralOptionsHandler: true,
		// What clients do wrong is none of the user's business.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(s.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// CheckSite returns an error that wraps fs.ErrNotExist when dir holds no page. What a build was cut off in is brought to its end
// first.
func CheckSite(dir string) error {
	if err := atomicfile.Settle(dir); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, generator.PageName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no site in %s yet: %w", dir, err)
	case err != nil:
		return fmt.Errorf("looking for a site in %s: %w", dir, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("looking for a site in %s: %s is not a file", dir, generator.PageName)
	}
	return nil
}
