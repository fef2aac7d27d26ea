package studio_test

import (
	"os"
	"reflect"
	"testing"

	"heatmapgen/studio"
)

// A program that has the module in itself has the same one.
func TestPack(t *testing.T) {
	m, err := module()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := studio.Pack(dir, m); err != nil {
		t.Fatal(err)
	}
	back, err := studio.Unpack(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, m) {
		t.Error("another module came out than went in")
	}
}
