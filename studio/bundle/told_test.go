package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// told is what the generator can say to a page.
type told struct {
	// Codes has the names of the arguments of each message.
	Codes   map[string][]string `json:"codes"`
	Reasons []string            `json:"reasons"`
	Stages  []string            `json:"stages"`
}

var reasonName = regexp.MustCompile(`^[Rr]eason[A-Z]`)

// findTold reads from the sources what the generator can say: the codes of messages, the reasons for which something is not drawn, and the stages of a build.
func findTold(t *testing.T) told {
	t.Helper()
	found := told{Codes: map[string][]string{}}
	for _, room := range []string{"activity", "generator", "site/audit", "studio/wasm"} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(room)), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && d.Name() == "intervals" {
				return fs.SkipDir // pages fetch nothing
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err == nil {
				found.add(t, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func (f *told) add(t *testing.T, file *ast.File) {
	named := map[string][]string{} // arguments that several messages of a function share
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			clear(named)
		case *ast.AssignStmt:
			if name, ok := n.Lhs[0].(*ast.Ident); ok {
				if keys, ok := argsOf(n.Rhs[0]); ok {
					named[name.Name] = keys
				}
			}
		case *ast.ValueSpec:
			kind, _ := n.Type.(*ast.Ident)
			for i, name := range n.Names {
				if i < len(n.Values) && (kind != nil && kind.Name == "Reason" || reasonName.MatchString(name.Name)) {
					if text, ok := literal(n.Values[i]); ok && text != "" {
						f.Reasons = append(f.Reasons, text)
					}
				}
			}
		case *ast.CallExpr:
			s, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 {
				return true
			}
			of, _ := s.X.(*ast.Ident)
			switch {
			case s.Sel.Name == "Stage":
				if text, ok := literal(n.Args[0]); ok {
					f.Stages = append(f.Stages, text)
				}
			case of != nil && of.Name == "message" && (s.Sel.Name == "New" || s.Sel.Name == "Fail"):
				code, ok := literal(n.Args[0])
				if !ok || code == "" {
					t.Errorf("%s: the code of a message is no literal", file.Name)
				}
				keys, ok := argsOf(n.Args[2])
				if name, is := n.Args[2].(*ast.Ident); is {
					keys, ok = named[name.Name], name.Name == "nil" || named[name.Name] != nil
				}
				if !ok {
					t.Errorf("the arguments of %s are no literal", code)
				}
				f.Codes[code] = keys
			}
		}
		return true
	})
}

// literal returns the text of a literal.
func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// argsOf returns the keys of a literal message.Args.
func argsOf(e ast.Expr) (keys []string, ok bool) {
	l, ok := e.(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	if s, is := l.Type.(*ast.SelectorExpr); !is || s.Sel.Name != "Args" {
		return nil, false
	}
	for _, e := range l.Elts {
		if kv, is := e.(*ast.KeyValueExpr); is {
			key, _ := literal(kv.Key)
			keys = append(keys, key)
		}
	}
	return keys, true
}

// Whatever the generator can tell a page has words there, in both languages, and the page has none for what is never told.
func TestAllIsWorded(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("no Node")
		}
		t.Fatal(err)
	}
	there := findTold(t)
	if len(there.Codes) < 30 || len(there.Reasons) < 30 || len(there.Stages) < 5 {
		t.Fatalf("of all that the generator says only this was found: %+v", there)
	}
	dir := t.TempDir()
	if err := bundlePrograms(dir, api.PlatformNode, "told.ts"); err != nil {
		t.Fatal(err)
	}
	given, err := json.Marshal(there)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, "--no-warnings", filepath.Join(dir, "told.mjs"), string(given)).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	type saying struct {
		One, Several string
		Asked        []string
	}
	var languages [2]struct {
		Messages        map[string]saying
		Reasons, Stages map[string]string
		Known           []string
	}
	if err := json.Unmarshal(out, &languages); err != nil {
		t.Fatal(err)
	}
	for i, l := range languages {
		language := []string{"English", "German"}[i]
		for code, args := range there.Codes {
			said := l.Messages[code]
			for _, text := range []string{said.One, said.Several} {
				if text == "" {
					t.Errorf("%s has no words for %s", language, code)
				}
				for _, bad := range []string{"undefined", "NaN", "[object", "heatmap.toml", "[privacy]", "[filter]"} {
					if strings.Contains(text, bad) {
						t.Errorf("%s says of %s: %s", language, code, text)
					}
				}
			}
			for _, name := range said.Asked {
				if !slices.Contains(args, name) {
					t.Errorf("%s: %s has no argument %q", language, code, name)
				}
			}
			if other := languages[1-i].Messages[code]; said.Several == other.Several {
				t.Errorf("%s is said in one language: %s", code, said.Several)
			}
		}
		for what, words := range map[string]map[string]string{"reason": l.Reasons, "stage": l.Stages} {
			for name, text := range words {
				if text == "" {
					t.Errorf("%s has no words for the %s %q", language, what, name)
				}
			}
		}
		for _, known := range l.Known {
			if _, ok := there.Codes[known]; !ok && !slices.Contains(there.Reasons, known) {
				t.Errorf("%s has words for %q, which nobody says", language, known)
			}
		}
	}
}
