package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
)

// An error keeps what it says, and what it comes from, however it is wrapped.
func TestOf(t *testing.T) {
	err := fmt.Errorf("opening: %w", Fail("zip-empty", "a.zip is empty", Args{"file": "a.zip"}, io.ErrUnexpectedEOF))
	if err.Error() != "opening: a.zip is empty" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the error is %v", err)
	}
	if m, ok := Of(err); !ok || m.Code != "zip-empty" || m.Args["file"] != "a.zip" {
		t.Errorf("its message is %+v, %v", m, ok)
	}
	if m, ok := Of(io.EOF); ok {
		t.Errorf("another error has the message %+v", m)
	}
}

// What a page gets has a code where there is one; the text is on one line only where that is asked for.
func TestJSON(t *testing.T) {
	for _, c := range []struct {
		m    Message
		want string
	}{
		{New("routes-left-out", "2 routes", Args{"n": 2}), `{"text":"2 routes","code":"routes-left-out","args":{"n":2}}`},
		{Plain("a\nb")[0], `{"text":"a\nb"}`},
		{Plain("a\nb")[0].OneLine(), `{"text":"a b"}`},
	} {
		if got, err := json.Marshal(c.m); err != nil || string(got) != c.want {
			t.Errorf("%s, %v; want %s", got, err, c.want)
		}
	}
}
