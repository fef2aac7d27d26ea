package deploy

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"io"
	"os"

	"heatmapgen/generator"
)

// Run does the steps of the plan and calls done after each. It stops at the first that fails; whichever that is, the place shows the
// old site or the new one, and another deploy completes it. progress hears of bytes; nil for nobody.
func (p *Plan) Run(ctx context.Context, progress generator.Progress, done func(Step)) error {
	if progress == nil {
		progress = silent{}
	}
	checked := false
	for _, step := range p.Steps {
		var err error
		doing := "uploading " + step.Name + " to"
		switch step.Kind {
		case UploadArchive:
			err = p.uploadArchive(ctx, progress)
		case UploadPage:
			err = p.uploadPage(ctx)
			checked = true
		case RemoveArchive:
			doing = "the new site is up, but removing " + step.Name + " from"
			// Somebody may have deployed another site since the plan was made.
			if !checked {
				err = p.checkPage(ctx)
				checked = true
			}
			if err == nil {
				err = p.place.store.remove(ctx, step.Name)
			}
		}
		if err != nil {
			return faultOf(p.place.target, doing, err)
		}
		done(step)
	}
	return nil
}

func (p *Plan) uploadArchive(ctx context.Context, progress generator.Progress) error {
	f, err := os.Open(p.site.Archive)
	if err != nil {
		return err
	}
	defer f.Close()
	progress.Stage("Uploading", p.site.Size, "bytes")
	defer progress.Done()
	err = p.place.store.write(ctx, p.site.Name, &counted{f, progress}, about{archiveHeaders(p.site.Name), p.site.md5, p.site.version})
	if err != nil {
		return err
	}
	whole, err := p.archiveThere(ctx)
	if err != nil {
		return err
	}
	if !whole {
		return errors.New("what has arrived there is not what was sent; the page was left as it is, so deploy again")
	}
	return nil
}

func (p *Plan) uploadPage(ctx context.Context) error {
	sum := md5.Sum(p.site.Page)
	if err := p.place.store.write(ctx, PageName, bytes.NewReader(p.site.Page), about{headers: pageHeaders, md5: sum[:]}); err != nil {
		return err
	}
	return p.checkPage(ctx)
}

// checkPage reads the page back.
func (p *Plan) checkPage(ctx context.Context) error {
	page, err := p.place.store.read(ctx, PageName)
	if err != nil {
		return err
	}
	if !bytes.Equal(page, p.site.Page) {
		return errors.New("the page there is not the one that was sent, perhaps because of another deploy at the same time; no archive was removed, so deploy again")
	}
	return nil
}

// counted tells progress of all that is read.
type counted struct {
	io.Reader
	progress generator.Progress
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.progress.Add(int64(n))
	return n, err
}

// silent is the progress of nobody.
type silent struct{}

func (silent) Stage(string, int64, string) {}
func (silent) Add(int64)                   {}
func (silent) Done()                       {}
func (silent) Log(string, ...any)          {}
