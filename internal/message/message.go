// Package message has sentences for users together with what it takes to word them anew: for another language, or for a user who has no
// configuration to change. The command prints the text; the studio's page knows the codes (studio/page/text).
package message

import (
	"errors"

	"heatmapgen/internal/words"
)

// A Message is a sentence in English, and what it says as a code with arguments.
type Message struct {
	Text string `json:"text"`
	// Code names what is said, in words of its own such as "routes-left-out"; "" where there is nothing but the text.
	Code string `json:"code,omitempty"`
	Args Args   `json:"args,omitempty"`
}

// Args are what a message is about, by name: texts, numbers, and counts by name (map[string]int). Texts may be of any origin.
type Args map[string]any

// New returns the message with a code. The code is a literal at each call, so that tests find all there are.
func New(code, text string, args Args) Message { return Message{text, code, args} }

// Plain returns messages that have nothing but their texts.
func Plain(texts ...string) []Message {
	var list []Message
	for _, text := range texts {
		list = append(list, Message{Text: text})
	}
	return list
}

func (m Message) String() string { return m.Text }

// OneLine returns the message with its text fit for one line of a terminal (words.OneLine).
func (m Message) OneLine() Message {
	m.Text = words.OneLine(m.Text)
	return m
}

// Texts returns the texts of messages.
func Texts(messages []Message) []string {
	var texts []string
	for _, m := range messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// An Error is a message of what went wrong.
type Error struct {
	Message
	err error
}

// Fail returns the message with a code as an error that wraps err, which may be nil. As with New, the code is a literal.
func Fail(code, text string, args Args, err error) *Error {
	return &Error{Message{text, code, args}, err}
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Unwrap() error { return e.err }

// Of returns the message in an error that wraps one.
func Of(err error) (m Message, ok bool) {
	var e *Error
	if errors.As(err, &e) {
		return e.Message, true
	}
	return m, false
}
