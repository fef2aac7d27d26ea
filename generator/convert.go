package generator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/words"
)

// ConvertedPath returns the path that the archive in the file path has after its conversion into the other format: the same
// with the other extension.
func ConvertedPath(path string) (string, error) {
	format, err := archive.FormatOf(path)
	if err != nil {
		return "", err
	}
	other := archive.MBTiles
	if format == archive.MBTiles {
		other = archive.PMTiles
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + "." + string(other), nil
}

// Convert writes the archive in the file in anew as the file out, in the format that the extension of out stands for. All
// tiles of all fields, the metadata, the lines and the squares are taken over as they are, byte by byte; converted back, the archive is
// the one that it was, with the permissions of in. A file out that is there already stays until the new one is complete; where it is the one that
// a page beside it names, the page names the new one from then on.
func Convert(ctx context.Context, in, out string, opts Options) error {
	format, ok := archive.FormatByName(out)
	if !ok {
		return fmt.Errorf("converting %s: %s ends neither in .pmtiles nor in .mbtiles, so its format is not known", in, out)
	}
	s, err := OpenSite(in)
	if err != nil {
		return err
	}
	defer s.Close()
	switch a, err := os.Stat(in); {
	case err != nil:
		return err
	case s.Format() == format:
		return fmt.Errorf("converting %s: it already is in the format of %s; to copy it, no conversion is needed", in, out)
	default:
		if b, err := os.Stat(out); err == nil && os.SameFile(a, b) {
			return fmt.Errorf("converting %s: %s is the same file; name another", in, out)
		}
	}
	if err := s.knownWholly(); err != nil {
		return fmt.Errorf("converting %s: %w", in, err)
	}
	if err := s.all.checkSum(s.text); err != nil {
		return fmt.Errorf("converting %s: %w; \"heatmapgen verify\" says more", in, err)
	}
	progress := opts.Progress
	if progress == nil {
		progress = silent{}
	}
	info, err := os.Stat(in)
	if err != nil {
		return err
	}
	var folder *atomicfile.Folder
	name := filepath.Base(out)
	if name == ArchiveName || name == MBTilesName {
		if folder, err = takeFolder(filepath.Dir(out)); err != nil {
			return fmt.Errorf("converting %s: %w", in, err)
		}
		defer folder.Release()
	}
	staged, err := convert(ctx, s, out, archive.Options{Format: format, Mode: info.Mode().Perm()}, progress)
	if err == nil {
		err = placeConverted(folder, staged, name)
	}
	if err != nil {
		return fmt.Errorf("converting %s: %w", in, err)
	}
	return nil
}

// convert writes the archive of s anew, to be put in the place of out.
func convert(ctx context.Context, s *Site, out string, options archive.Options, progress Progress) (*atomicfile.Staged, error) {
	meta := *s.Meta
	meta.Fields = slices.Clone(meta.Fields)
	if s.blocks == nil {
		meta.Lines = nil // dropped by a tool, and what blocks keep in place of them is of no use without
	}
	if s.squareBlocks == nil {
		meta.Squares = nil
	}
	options.BlockSets = meta.blockSets()
	options.FieldIDs = meta.fieldIDs()
	w, err := archive.Create(out, len(options.FieldIDs), options)
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	if err := copyTiles(ctx, s, options.FieldIDs, w, progress); err != nil {
		return nil, err
	}
	for i, name := range options.BlockSets {
		set := s.blocks
		if name == SquaresID {
			set = s.squareBlocks
		}
		if err := copyBlocks(ctx, w, i, name, set); err != nil {
			return nil, err
		}
	}

	all := *s.all
	all.Heatmapgen = &meta
	contents := all.contents(options.BlockSets)
	contents.Palette = nil // every tile has its own
	contents.Metadata = func(l *archive.Layout) ([]byte, error) {
		for i := range meta.Fields {
			f := &meta.Fields[i]
			if f.Kept = nil; len(l.Fields) > len(meta.Fields) {
				f.Kept = keptTiles(&l.Fields[len(meta.Fields)+i])
			}
			f.lie(l.Fields[i].Place)
			if s.tiles[f.ID] == nil {
				f.Zooms = []ZoomMetadata{} // dropped by a tool, so there is nothing to compare deeper ones with either
			}
			if err := f.counts(l.Fields[i].Zooms); err != nil {
				return nil, err
			}
		}
		deepest, kept := uint8(0), s.Meta.kept()
		if s.Meta.Lines != nil {
			deepest = s.Meta.Lines.MaxZoom
		}
		meta.lieBlocks(options.BlockSets, l, deepest, kept)
		if old := meta.Digest; old != nil {
			meta.Digest = newDigest(&meta.Activities, l, meta.Fields, options.BlockSets)
			if err := meta.Digest.within(old); err != nil {
				return nil, err
			}
		}
		return all.sealed()
	}
	var ended func()
	contents.Progress, ended = writing(progress)
	_, staged, err := w.Stage(ctx, *contents)
	ended()
	return staged, err
}

// copyTiles hands the tiles of a site to w, whose fields have these ids (Metadata.fieldIDs).
func copyTiles(ctx context.Context, s *Site, ids []string, w *archive.Writer, progress Progress) error {
	total := 0
	for _, f := range s.Meta.Fields {
		for _, z := range f.Zooms {
			total += z.Tiles
		}
		if f.Kept == nil {
			continue
		}
		for _, z := range f.Kept.Zooms {
			total += z.Blocks
		}
	}
	progress.Stage("Reading", int64(total), "tiles")
	defer progress.Done()
	n := len(s.Meta.Fields)
	for i, id := range ids {
		set := s.tiles[id]
		if i >= n {
			set = s.kept[s.Meta.Fields[i-n].ID]
		}
		if set == nil {
			continue
		}
		for tile, err := range set.Entries() {
			if err != nil {
				return fmt.Errorf("reading the tiles of %s: %w", id, err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			png, err := set.Read(tile)
			if err != nil {
				return fmt.Errorf("reading tile %d/%d/%d of %s: %w", tile.Zoom, tile.X, tile.Y, id, err)
			}
			if err := w.AddPNG(i, tile.Zoom, tile.X, tile.Y, png); err != nil {
				return err
			}
			progress.Add(1)
		}
	}
	return nil
}

// copyBlocks hands all blocks of a set of that name to w, which has it as that number.
func copyBlocks(ctx context.Context, w *archive.Writer, number int, name string, set archive.BlockSet) error {
	for e, err := range set.Entries() {
		if err != nil {
			return fmt.Errorf("reading the %s: %w", name, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := set.Read(e)
		if err != nil {
			return fmt.Errorf("reading the %s of %d/%d/%d: %w", name, e.Zoom, e.X, e.Y, err)
		}
		if err := w.AddBlock(number, e.Zoom, e.X, e.Y, data); err != nil {
			return err
		}
	}
	return nil
}

// counts holds the numbers of tiles and bytes that the metadata tell to the real ones.
func (f *FieldMetadata) counts(real []archive.ZoomCount) error {
	var told []archive.ZoomCount
	for _, z := range f.Zooms {
		if z.Tiles == 0 {
			continue // painted
		}
		told = append(told, archive.ZoomCount{Zoom: z.Zoom, Tiles: z.Tiles, Bytes: z.Bytes})
	}
	if !slices.Equal(told, real) {
		return fmt.Errorf("%s has other tiles than the metadata tell; \"heatmapgen verify\" says more", f.ID)
	}
	return nil
}

// knownWholly returns an error where the metadata have something that this version does not know and so would lose.
func (s *Site) knownWholly() error {
	if len(s.Meta.Fields) == 0 {
		return errors.New("its metadata list no fields")
	}
	text, err := json.Marshal(s.all)
	if err != nil {
		return err
	}
	var known, all any
	if err := json.Unmarshal(text, &known); err != nil {
		return err
	}
	if err := json.Unmarshal(s.text, &all); err != nil {
		return err
	}
	if !within(all, known) {
		return fmt.Errorf("its metadata, made by %s, say more than this version understands, which would be lost; use the version that made it, or a newer one", words.OneLine(s.Meta.Generator))
	}
	return nil
}

// within reports whether all that JSON value a says, b says too. What is empty need not be said.
func within(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		object, _ := b.(map[string]any)
		for key, value := range a {
			if !within(value, object[key]) {
				return false
			}
		}
		return true
	case []any:
		list, _ := b.([]any)
		return slices.EqualFunc(a, list, within)
	case nil:
		return true
	}
	return a == b || b == nil && (a == "" || a == 0.0 || a == false)
}
