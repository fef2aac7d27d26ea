// Package beside finds what a build for browsers does not have in itself: files that lie beside the module, so that it is
// there sooner, and hosts and browsers keep what seldom changes. Whoever starts the module puts them into the folder that
// the environment variable Variable names; what they are is said in package studio.
package beside

import (
	"errors"
	"os"
	"path/filepath"
)

// Variable is the environment variable with the folder of the files.
const Variable = "HEATMAPGEN_BESIDE"

// Read returns the file called name.
func Read(name string) ([]byte, error) {
	dir := os.Getenv(Variable)
	if dir == "" {
		return nil, errors.New("the environment variable " + Variable + " does not say in which folder it is")
	}
	return os.ReadFile(filepath.Join(dir, name))
}
