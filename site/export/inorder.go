package export

import (
	"context"
	"iter"
	"runtime"
)

// waiting is how many results an inOrder holds at most for each processor, so that one that takes long does not keep the others from their work.
const waiting = 16

// inOrder does work on all of a sequence on all processors, and lists the results in the order of the sequence. It ends after an
// error, of the sequence, of work or of ctx.
func inOrder[T, R any](ctx context.Context, all iter.Seq2[T, error], work func(T) (R, error)) iter.Seq2[R, error] {
	type result struct {
		value R
		err   error
	}
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		free := make(chan struct{}, workers)
		queue := make(chan chan result, workers*waiting)
		go func() {
			defer close(queue)
			for v, err := range all {
				done := make(chan result, 1)
				select {
				case queue <- done:
				case <-ctx.Done():
					return
				}
				if err != nil {
					done <- result{err: err}
					return
				}
				free <- struct{}{}
				go func() {
					defer func() { <-free }()
					value, err := work(v)
					done <- result{value, err}
				}()
			}
		}()
		// Nothing goes on once the list has ended.
		defer func() {
			cancel()
			for done := range queue {
				<-done
			}
		}()
		for done := range queue {
			r := <-done
			if r.err == nil {
				r.err = ctx.Err()
			}
			if !yield(r.value, r.err) || r.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			var none R
			yield(none, err)
		}
	}
}
