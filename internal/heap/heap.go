// Package heap tells tests how much memory something takes at most.
package heap

import (
	"runtime"
	"time"
)

// MostWhile returns the most bytes of heap in use while f runs, looked at every 20 ms.
func MostWhile(f func()) (most uint64) {
	runtime.GC()
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-looked
	return most
}
