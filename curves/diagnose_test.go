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
// curves that its thresholds were chosen on and on those held back.
func TestRealCurves(t *testing.T) {
	all := readCurves(t)
	for part, want := range map[string][2]int{"tune": {119, 122}, "held": {54, 56}} {
		t.Run(part, func(t *testing.T) {
			confusion := make(map[[2]string]int)
			right, total := 0, 0
			for _, l := range all {
				if l.part != part {
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
			t.Logf("%d of %d right\n%s", right, total, table(confusion))
			if right < want[0] || total != want[1] {
				t.Errorf("%d of %d verdicts right, want %d of %d", right, total, want[0], want[1])
			}
		})
	}
}

// table prints how often each label got each verdict.
func table(confusion map[[2]string]int) string {
	var b strings.Builder
	keys := slices.SortedFunc(maps.Keys(confusion), func(a, b [2]string) int {
		return strings.Compare(a[0]+" "+a[1], b[0]+" "+b[1])
	})
	for _, k := range keys {
		fmt.Fprintf(&b, "%-28s %-28s %3d\n", k[0], k[1], confusion[k])
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
