package curves_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// labelled is a curve of a real network with its label; see testdata/make_curves.py.
type labelled struct {
	name, want, part string
	history          *curves.History
}

func readCurves(t *testing.T) []labelled {
	t.Helper()
	files, err := filepath.Glob("testdata/real/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no curves in testdata/real: %v", err)
	}
	var all []labelled
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, table, _ := bytes.Cut(text, []byte("----\n"))
		l := labelled{name: strings.TrimSuffix(filepath.Base(file), ".txt")}
		for line := range strings.Lines(string(head)) {
			switch f := strings.Fields(line); f[0] {
			case "want":
				l.want = f[1]
			case "part":
				l.part = f[1]
			}
		}
		if l.history, err = curves.Read(bytes.NewReader(table)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, l)
	}
	return all
}

// TestRealCurves holds Diagnose to the hit rate that the package documentation states, both on the
// curves that its thresholds were chosen on and on those held back, and the tables in
// docs/diagnosis.md to what it says. With GOODFIT_RECORD=1 it writes them.
func TestRealCurves(t *testing.T) {
	all := readCurves(t)
	var tables strings.Builder
	for _, part := range []struct {
		name, title  string
		right, total int
	}{{"tune", "Curves that the thresholds were chosen on", 119, 122}, {"held", "Curves held back from that choice", 54, 56}} {
		confusion := make(map[[2]string]int)
		right, total := 0, 0
		for _, l := range all {
			if l.part != part.name {
				continue
			}
			got := curves.Diagnose(l.history).Verdict
			confusion[[2]string{l.want, got}]++
			total++
			if got == l.want {
				right++
			} else {
				t.Logf("%s: %s", l.name, got)
			}
		}
		fmt.Fprintf(&tables, "\n### %s: %d of %d\n\n%s", part.title, right, total, table(confusion))
		if right < part.right || total != part.total {
			t.Errorf("%s: %d of %d verdicts right, want %d of %d", part.name, right, total, part.right, part.total)
		}
	}
	compareTables(t, tables.String())
}

// compareTables compares the end of docs/diagnosis.md, from its heading "## Hit rate" on.
func compareTables(t *testing.T, tables string) {
	const path, heading = "../docs/diagnosis.md", "## Hit rate\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	intro, rest, _ := strings.Cut(string(text), heading)
	_, recorded, _ := strings.Cut(rest, "\n###")
	recorded = "\n###" + recorded
	if recorded == tables {
		return
	}
	if os.Getenv("GOODFIT_RECORD") == "" {
		t.Fatalf("%s has other tables; record them with GOODFIT_RECORD=1. Want:\n%s", path, tables)
	}
	before, _, _ := strings.Cut(rest, "\n###")
	if err := os.WriteFile(path, []byte(intro+heading+before+tables), 0o644); err != nil {
		t.Fatal(err)
	}
}

// table is the confusion table in Markdown: a row for each label, a column for each verdict.
func table(confusion map[[2]string]int) string {
	labels, verdicts := make(map[string]bool), make(map[string]bool)
	for k := range confusion {
		labels[k[0]], verdicts[k[0]], verdicts[k[1]] = true, true, true
	}
	columns := slices.Sorted(maps.Keys(verdicts))
	var b strings.Builder
	fmt.Fprintf(&b, "| label \\ verdict | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		fmt.Fprintf(&b, "| %s |", label)
		for _, v := range columns {
			if n := confusion[[2]string{label, v}]; n > 0 {
				fmt.Fprintf(&b, " %d |", n)
			} else {
				b.WriteString(" |")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestRealCurvesInOtherUnits turns every real curve into other units, which must not change the
// verdict: powers of two scale without rounding.
func TestRealCurvesInOtherUnits(t *testing.T) {
	for _, l := range readCurves(t) {
		want := curves.Diagnose(l.history).Verdict
		for _, factor := range []float64{1024, 1. / 4096} {
			h := l.history.Clone()
			for i, s := range h.Series {
				if s.Direction == curves.Minimize {
					for e := range s.Values {
						h.Series[i].Values[e] *= factor
					}
				}
			}
			if got := curves.Diagnose(h).Verdict; got != want {
				t.Errorf("%s times %g: %s, want %s", l.name, factor, got, want)
			}
		}
	}
}
