//go:build js

package main

import (
	"sync"
	"time"
)

// pauseEvery is how long Go computes before JavaScript gets a turn: only then it hears of an AbortSignal, and a page that
// has no worker stays alive.
const pauseEvery = 100 * time.Millisecond

// A progress is a generator.Progress that tells a function of JavaScript, with each pause.
type progress struct {
	options options

	mu          sync.Mutex
	name, unit  string
	total, done int64
	paused      time.Time
}

func (p *progress) Stage(name string, total int64, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.name, p.unit, p.total, p.done = name, unit, total, 0
	p.tell()
}

func (p *progress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if time.Since(p.paused) < pauseEvery {
		return
	}
	p.tell()
	time.Sleep(time.Millisecond)
	p.paused = time.Now()
}

func (p *progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell()
	p.name = ""
}

func (p *progress) Log(string, ...any) {}

func (p *progress) tell() {
	if p.name != "" {
		p.options.call("progress", p.name, p.done, p.total, p.unit)
	}
}
