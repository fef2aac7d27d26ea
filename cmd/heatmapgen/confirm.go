package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// confirm asks a question that Enter answers with yes. It does not ask where
// nobody could answer or an answer was given beforehand: with --yes, with
// HEATMAP_YES or CI in the environment, without a terminal to type into.
func (a *app) confirm(ctx context.Context, question string) (bool, error) {
	if a.answered() || !isTerminal(a.stdin) {
		return true, nil
	}
	return a.ask(ctx, question, "[Y/n]", true)
}

// consent asks a question that only a typed yes or --yes answers with yes. Where nobody could answer, the answer is no.
func (a *app) consent(ctx context.Context, question string) (bool, error) {
	if a.yes || !isTerminal(a.stdin) {
		return a.yes, nil
	}
	return a.ask(ctx, question, "[y/N]", false)
}

// ask asks at the terminal; enter is what Enter answers.
func (a *app) ask(ctx context.Context, question, choices string, enter bool) (bool, error) {
	fmt.Fprintf(a.stderr, "%s %s ", question, choices)
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	// Reading cannot be interrupted; after Ctrl-C the program ends under it.
	go func() {
		line, err := bufio.NewReader(a.stdin).ReadString('\n')
		answers <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.stderr)
		return false, ctx.Err()
	case got := <-answers:
		if got.err == io.EOF {
			// Ctrl-D is no consent.
			fmt.Fprintln(a.stderr)
			return false, nil
		}
		if got.err != nil {
			return false, fmt.Errorf("reading the answer: %w", got.err)
		}
		switch strings.ToLower(strings.TrimSpace(got.line)) {
		case "":
			return enter, nil
		case "y", "yes":
			return true, nil
		}
		return false, nil
	}
}

// answered reports whether questions were answered with yes beforehand.
func (a *app) answered() bool { return a.yes || on(a.getenv("HEATMAP_YES")) || on(a.getenv("CI")) }

// on reports whether an environment variable is a yes: set, and to nothing that
// says no.
func on(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "false", "no":
		return false
	}
	return true
}

// isTerminal reports whether stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
