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
	path, err := pathOf(name)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// Check returns an error where there is no file called name. It reads nothing, so that nothing is fetched for it.
func Check(name string) error {
	path, err := pathOf(name)
	if err == nil {
		_, err = os.Stat(path)
	}
	return err
}

func pathOf(name string) (string, error) {
	dir := os.Getenv(Variable)
	if dir == "" {
		return "", errors.New("the environment variable " + Variable + " does not say in which folder it is")
	}
	return filepath.Join(dir, name), nil
}
