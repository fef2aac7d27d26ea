//go:build !linux

package main

// helpers are the commands of this system: none.
var helpers map[string]func()
