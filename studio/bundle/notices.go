package main

import (
	"context"
	"io"

	"heatmapgen/internal/licences"
	"heatmapgen/studio"
	"heatmapgen/templates"
)

// writeNotices writes the NOTICES of a release: the licences of all works in the page, in the program for every system it is released for, and in the
// studio that the program has in itself. root is the folder of the sources.
func writeNotices(w io.Writer, root string) error {
	programs := []licences.Program{studio.Program}
	for _, system := range []string{"linux", "darwin", "windows"} {
		// Both architectures have the same modules.
		programs = append(programs, licences.Program{Package: "./cmd/heatmapgen", OS: system, Arch: "amd64"})
	}
	works, err := licences.Of(context.Background(), root, programs)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, templates.Notices()+"\nThe program, and the studio in it, contain the following, and the time zones of IANA (public domain).\n"); err != nil {
		return err
	}
	return licences.Write(w, works)
}
