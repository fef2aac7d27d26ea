// Package webdriver drives browsers that are no Chromium for tests of the page and of the studio: Firefox and WebKitGTK, which has Safari's engine.
// They speak W3C WebDriver (https://www.w3.org/TR/webdriver2/), over HTTP, by a driver each; package browsertest has what may be
// asked of any browser. Tests with them run where the environment asks for it only: HEATMAPGEN_BROWSERS=firefox,webkit.
//
// Each has a screen of its own (Xvfb), on which it draws with WebGL 2 in software.
package webdriver

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Kind is a browser that can be driven.
type Kind string

const (
	// Firefox is driven by geckodriver; both are found in PATH, or by FIREFOX and GECKODRIVER.
	Firefox Kind = "firefox"
	// WebKit is WebKitGTK, driven by WebKitWebDriver. It needs Python's bindings of it: Debian's webkit2gtk-driver, gir1.2-webkit2-4.1 and python3-gi.
	WebKit Kind = "webkit"
)

// Options say what a browser is like.
type Options struct {
	// Width and Height are those of a page, in CSS pixels.
	Width, Height int
	// Scale is the device pixel ratio, whole for WebKit; 0 is 1.
	Scale int
	// Languages are those that pages are told of; none is American English.
	Languages []string
	// Private has every window be a private one.
	Private bool
}

// A Browser is one that runs, with a profile of its own that nobody has used.
type Browser struct {
	// Version is what the browser says of itself: "firefox 153.8.0".
	Version string
	// Downloads is the folder of what pages hand out.
	Downloads string

	o       Options
	remote  remote
	session string
	log     string
	end     []func()
	mu      sync.Mutex
}

//go:embed webkit.py
var webkitWindow []byte

// Start starts a browser. Close ends it.
func Start(kind Kind, o Options) (_ *Browser, err error) {
	b := &Browser{o: o}
	defer func() {
		if err != nil {
			err = fmt.Errorf("starting %s: %w", kind, err)
			b.Close()
		}
	}()
	dir, err := os.MkdirTemp("", "heatmapgen-browser-")
	if err != nil {
		return nil, err
	}
	b.end = append(b.end, func() { os.RemoveAll(dir) })
	b.Downloads, b.log = filepath.Join(dir, "downloads"), filepath.Join(dir, "log")
	if err := os.Mkdir(b.Downloads, 0o700); err != nil {
		return nil, err
	}
	display, err := b.screen()
	if err != nil {
		return nil, err
	}
	languages := o.Languages
	if len(languages) == 0 {
		languages = []string{"en-US"}
	}
	var driver *exec.Cmd
	var wanted map[string]any
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	switch kind {
	case Firefox:
		firefox, err := find("FIREFOX", "firefox", "firefox-esr")
		if err != nil {
			return nil, err
		}
		gecko, err := find("GECKODRIVER", "geckodriver")
		if err != nil {
			return nil, err
		}
		driver = exec.Command(gecko, "--port="+port)
		wanted = map[string]any{"moz:firefoxOptions": map[string]any{"binary": firefox, "prefs": map[string]any{
			"intl.accept_languages":                       strings.Join(languages, ","),
			"layout.css.devPixelsPerPx":                   strconv.Itoa(max(o.Scale, 1)),
			"ui.systemUsesDarkTheme":                      1,
			"browser.privatebrowsing.autostart":           o.Private,
			"browser.download.folderList":                 2, // the next
			"browser.download.dir":                        b.Downloads,
			"devtools.console.stdout.content":             true,
			"webgl.force-enabled":                         true, // in software
			"messaging-system.rsexperimentloader.enabled": false,
			"network.captive-portal-service.enabled":      false,
			"network.connectivity-service.enabled":        false,
		}}}
	case WebKit:
		path, err := find("WEBKITWEBDRIVER", "WebKitWebDriver")
		if err != nil {
			return nil, err
		}
		script, profile := filepath.Join(dir, "webkit.py"), filepath.Join(dir, "profile")
		if err := os.WriteFile(script, webkitWindow, 0o600); err != nil {
			return nil, err
		}
		if o.Private {
			profile = ""
		}
		driver = exec.Command(path, "--port="+port)
		// Without a locale, WebKitGTK tells pages of the language "C", which is none.
		driver.Env = append(os.Environ(), "LANG=en_US.UTF-8", "GDK_SCALE="+strconv.Itoa(max(o.Scale, 1)), "GDK_BACKEND=x11", "NO_AT_BRIDGE=1")
		wanted = map[string]any{"webkitgtk:browserOptions": map[string]any{"binary": "/usr/bin/python3", "args": []string{script, b.Downloads, profile, strings.Join(languages, ",")}}}
	default:
		return nil, errors.New("it is none of firefox and webkit")
	}
	if driver.Env == nil {
		driver.Env = os.Environ()
	}
	driver.Env = append(driver.Env, "DISPLAY="+display)
	log, err := os.Create(b.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	driver.Stdout, driver.Stderr = log, log
	if err := b.run(driver); err != nil {
		return nil, err
	}
	b.remote.base = "http://127.0.0.1:" + port
	return b, b.begin(wanted)
}

// begin waits for the driver, and begins the session.
func (b *Browser) begin(wanted map[string]any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*wait)
	defer cancel()
	for {
		connection, err := net.Dial("tcp", strings.TrimPrefix(b.remote.base, "http://"))
		if err == nil {
			connection.Close()
			break
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
	var begun struct {
		SessionID    string
		Capabilities struct{ BrowserName, BrowserVersion string }
	}
	wanted["timeouts"] = map[string]any{"script": wait.Milliseconds(), "pageLoad": wait.Milliseconds()}
	if err := b.remote.call(ctx, http.MethodPost, "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": wanted}}, &begun); err != nil {
		text, _ := os.ReadFile(b.log)
		return fmt.Errorf("%w; the driver says %q", err, text)
	}
	b.session = begun.SessionID
	b.Version = begun.Capabilities.BrowserName + " " + begun.Capabilities.BrowserVersion
	b.end = append(b.end, func() { _ = b.command(http.MethodDelete, "", nil, nil) })
	return nil
}

// screen starts one, and returns its name.
func (b *Browser) screen() (string, error) {
	path, err := find("XVFB", "Xvfb")
	if err != nil {
		return "", err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	x := exec.Command(path, "-displayfd", "3", "-screen", "0", "2560x2048x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	err = b.run(x)
	w.Close()
	if err != nil {
		return "", err
	}
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s has no screen: %w", path, err)
	}
	return ":" + strings.TrimSpace(number), nil
}

// run starts a program that ends with the browser.
func (b *Browser) run(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	b.end = append(b.end, func() {
		_ = cmd.Process.Signal(os.Interrupt)
		gone := make(chan struct{})
		go func() { _ = cmd.Wait(); close(gone) }()
		select {
		case <-gone:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
		}
	})
	return nil
}

// Close ends the browser, and removes what it kept.
func (b *Browser) Close() {
	for _, end := range slices.Backward(b.end) {
		end()
	}
	b.end = nil
}

// ofScripts are lines of a browser's log that tell of an error in a page's script, or that something was refused; not so notOfPages.
var (
	ofScripts  = regexp.MustCompile(`(?m)^(?:JavaScript error: (?:http|blob)|CONSOLE [A-Z]* ?ERROR|console\.error: ).*$`)
	notOfPages = regexp.MustCompile(`directive 'manifest-src'|RSLoader|nsresult|resource://|chrome://`) // WebKitGTK has no web apps; Firefox misses its own hosts
)

func (b *Browser) errors() []string {
	text, err := os.ReadFile(b.log)
	if err != nil {
		return []string{err.Error()}
	}
	return slices.DeleteFunc(ofScripts.FindAllString(string(text), -1), notOfPages.MatchString)
}

// find returns the path of a program: what a variable of the environment names, or the first of some names in PATH.
func find(variable string, names ...string) (string, error) {
	if path := os.Getenv(variable); path != "" {
		return path, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no %s: install it, or name it in %s", names[0], variable)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}
