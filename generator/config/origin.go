package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// CheckOrigin returns an error that says what to write instead unless origin is the origin of a page in the very
// form that browsers send: https://host, with a port where it is not the usual one, in small letters. Plain http is for
// this computer only, since anybody on the way can be the page of such a site.
func CheckOrigin(origin string) error {
	const example = `such as "https://www.openstreetmap.org"`
	if strings.Contains(origin, "*") {
		return fmt.Errorf("list the sites one by one, %s: with a wildcard, any website could read where people live", example)
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return fmt.Errorf("it must be the beginning of a site's addresses, %s", example)
	}
	port := u.Port()
	if port == map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		port = ""
	}
	host := u.Host
	if i := strings.LastIndex(host, ":"); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	for _, r := range host {
		if r > 127 {
			return errors.New("it must be written the way browsers send it, with xn-- for letters beyond a to z")
		}
	}
	want := u.Scheme + "://" + strings.ToLower(host)
	if port != "" {
		want += ":" + port
	}
	if origin != want {
		return fmt.Errorf("browsers write it %q, so must you", want)
	}
	if u.Scheme == "http" && CheckLoopback(strings.ToLower(host)+":80") != nil {
		return errors.New("it must begin with https, as anybody on the way can be the page of an http site; only this computer itself may go without")
	}
	return nil
}
