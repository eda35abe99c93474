package all_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/all"
)

// lines reads a list: words of every line that is not empty or a comment.
func lines(t *testing.T, path string) (list [][]string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for scan := bufio.NewScanner(file); scan.Scan(); {
		if text := scan.Text(); text != "" && text[0] != '#' {
			list = append(list, strings.Fields(text))
		}
	}
	return list
}

// named finds the ids that tests of the module name: rows of table tests.
func named(t *testing.T) map[string]string {
	id := regexp.MustCompile(`"((?:ch\d\d|app[A-Z])-[a-z0-9.-]+)"`)
	found := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == "." {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range id.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEveryCaseIsCovered checks that every experiment and demonstration of the
// playbook has a study, and every API row (and what the appendices show) a row of
// that name in a test: 418 cases, and the extensions that its chapters propose.
func TestEveryCaseIsCovered(t *testing.T) {
	studied := map[string]string{}
	for _, s := range all.Studies() {
		for _, c := range s.Cases {
			if other, twice := studied[c]; twice {
				t.Errorf("%s is a case of %s and of %s", c, other, s.Name)
			}
			studied[c] = s.Name
		}
	}
	tests, known, count := named(t), map[string]bool{}, map[string]int{}
	for _, l := range lines(t, "../testdata/cases.txt") {
		id, kind, chapter := l[0], l[1], l[2]
		known[id] = true
		_, inStudy := studied[id]
		_, inTest := tests[id]
		switch {
		case inStudy && kind == "extension":
			count["extensions"]++
		case inStudy:
			count["studies"]++
		case (kind == "api" || chapter == "B") && inTest:
			count["tests"]++
		default:
			t.Errorf("%s (%s) is not covered", id, kind)
		}
	}
	if n := count["studies"] + count["tests"]; n != 418 {
		t.Errorf("%d cases of the playbook are covered, want 418", n)
	}
	for id, s := range studied {
		if !known[id] {
			t.Errorf("study %s covers %s, which is no case", s, id)
		}
	}
	t.Logf("covered cases: %v", count)
}

func TestStudiesAreWellFormed(t *testing.T) {
	kinds, names, chapter := map[string]string{}, map[string]bool{}, 0
	for _, l := range lines(t, "../testdata/cases.txt") {
		kinds[l[0]] = l[2]
	}
	for _, s := range all.Studies() {
		switch {
		case names[s.Name]:
			t.Errorf("two studies are named %s", s.Name)
		case s.Title == "" || !strings.HasSuffix(s.Question, "?") || s.Run == nil:
			t.Errorf("%s lacks a title, a question or a program", s.Name)
		case !slices.Contains(s.Cases, s.Name):
			t.Errorf("%s is not among its own cases", s.Name)
		case kinds[s.Name] != fmt.Sprint(s.Chapter):
			t.Errorf("%s says chapter %d, its case %s", s.Name, s.Chapter, kinds[s.Name])
		case s.Chapter < chapter:
			t.Errorf("%s of chapter %d comes after chapter %d", s.Name, s.Chapter, chapter)
		}
		names[s.Name], chapter = true, s.Chapter
	}
}

func TestFind(t *testing.T) {
	found, err := all.Find("ch05-blobs-scatter", "ch02-vary-nodes", "ch02-scatter-blobs")
	if err != nil || len(found) != 2 || found[0].Name != "ch02-scatter-blobs" || found[1].Name != "ch02-vary-nodes" {
		t.Errorf("found %v, %v; want the study of a case once, and one by its name", found, err)
	}
	if _, err := all.Find("ch02-vary"); err == nil || !strings.Contains(err.Error(), `no study "ch02-vary"; of that chapter there are ch02-scatter-blobs, ch02-vary-nodes`) {
		t.Errorf("error = %v", err)
	}
	if _, err := all.Find("x"); err == nil || !strings.Contains(err.Error(), "study list shows all") {
		t.Errorf("error = %v", err)
	}
}

// TestResultsAreCurrent runs every study in full: each claim holds; a result that
// is not within three deviations of the book's number, or rounds to it, has the
// reason why; and docs/results.md has these very numbers.
func TestResultsAreCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all studies")
	}
	var done []*studies.Outcome
	for _, s := range all.Studies() {
		out, err := studies.Run(context.Background(), s, studies.Options{BaseSeed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Claims) == 0 {
			t.Errorf("%s claims nothing", s.Name)
		}
		for _, c := range out.Claims {
			if !c.Holds {
				t.Errorf("%s: %s: %s", s.Name, c.Text, c.Evidence)
			}
		}
		for _, r := range out.Results {
			if !r.Agrees(3) && r.Why == "" {
				t.Errorf("%s: %s: the book has %v, we have %v ± %v, and nothing says why", s.Name, r.What, *r.Book, r.Mean, r.SD)
			}
		}
		done = append(done, out)
	}
	want, err := os.ReadFile(filepath.Join("..", "..", "docs", "results.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := all.WriteResults(&got, done); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("docs/results.md is not what the studies give, first at: %s", firstDifference(got.String(), string(want)))
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d: %q, the page has %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, the page has %d", len(a), len(b))
}
