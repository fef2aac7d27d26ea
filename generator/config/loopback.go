package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// CheckLoopback returns an error that says what to write instead unless addr is
// host:port on this computer's loopback interface: "localhost" or an address of
// 127.0.0.0/8 or ::1, with a port from 0 to 65535.
func CheckLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return errors.New(`it must be a host and a port, such as "127.0.0.1:8000"`)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return errors.New("the port must be a number from 0 to 65535")
	}
	if strings.EqualFold(host, "localhost") {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return fmt.Errorf(`it must be on this computer itself, such as "127.0.0.1:%s", since the map shows where people live`, port)
}
