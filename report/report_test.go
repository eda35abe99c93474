package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

func written(t *testing.T, r report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteHTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func samples() map[string]report.Report {
	return map[string]report.Report{
		"classifier": irisFit().Report(), "regression": diabetesFit().Report(), "coach": coachReport(), "coached": coachRun().Report(),
		"ensemble": ensembleFit().Report(),
		"least":    {Title: "t"}, "no diagnosis": report.Fit{}.Report(),
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	r := irisFit().Report()
	if err := report.Write(path, r); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != written(t, r) {
		t.Error("Write and WriteHTML differ")
	}
	if err := report.Write(path, report.Report{}); err == nil || !strings.Contains(err.Error(), "no title") {
		t.Errorf("report without a title: error %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(got, after) {
		t.Error("a failed Write touched the file")
	}
}

func TestSameReportSameBytes(t *testing.T) {
	for name, r := range samples() {
		if written(t, r) != written(t, r) {
			t.Errorf("%s: two pages differ", name)
		}
	}
}

// TestSelfContained looks for everything that makes a browser load something.
func TestSelfContained(t *testing.T) {
	loads := regexp.MustCompile(`(?i)(\ssrc|\shref|\ssrcset|\saction|xlink:href)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)|url\(|@import|<link|<iframe|<object|<embed|<base|http-equiv="refresh"`)
	for name, r := range samples() {
		page := strings.Join(tags.FindAllString(withoutScripts(written(t, r)), -1), "\n")
		for _, m := range loads.FindAllStringSubmatch(page, -1) {
			target := strings.Trim(m[2], `"'`)
			if !strings.HasPrefix(target, "#") && !strings.HasPrefix(target, "data:image/") {
				t.Errorf("%s: the page refers to %q", name, m[0])
			}
		}
	}
}

// tags also takes the style element whole.
var tags = regexp.MustCompile(`(?s)<style>.*?</style>|<[a-zA-Z][^<>]*>`)

var executable = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

func withoutScripts(page string) string { return executable.ReplaceAllString(page, "") }

// TestPolicyAllowsOwnScriptsOnly compares the hashes of the policy with those of the scripts as a
// browser computes them.
func TestPolicyAllowsOwnScriptsOnly(t *testing.T) {
	for name, r := range samples() {
		page := written(t, r)
		m := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("%s: no policy", name)
		}
		policy := html.UnescapeString(m[1])
		if !strings.HasPrefix(policy, "default-src 'none';") {
			t.Errorf("%s: policy %q", name, policy)
		}
		_, allowed, _ := strings.Cut(policy, "script-src ")
		var hashes []string
		for _, s := range executable.FindAllStringSubmatch(page, -1) {
			sum := sha256.Sum256([]byte(s[1]))
			hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
		if strings.Join(hashes, " ") != allowed {
			t.Errorf("%s: policy allows %q, the page has %q", name, allowed, hashes)
		}
	}
}

func TestNamesCannotBecomeMarkup(t *testing.T) {
	for name, r := range samples() {
		page := written(t, r)
		wantScripts := 1 // our own
		for _, s := range r.Sections {
			for _, p := range s.Parts {
				if _, ok := p.(report.Curves); ok {
					wantScripts = 3 // the library, our own, the curves' data
				}
			}
		}
		if n := strings.Count(page, "<script"); n != wantScripts {
			t.Errorf("%s: %d script elements, want %d", name, n, wantScripts)
		}
		if strings.Contains(page, "<img src=x") || strings.Contains(withoutScripts(page), "alert(1)</script>") {
			t.Errorf("%s: a name from the data became markup", name)
		}
	}
	if page := written(t, irisFit().Report()); !strings.Contains(page, "&lt;/script&gt;&lt;script&gt;alert(1)") {
		t.Error("the hostile name is not shown")
	}
}

// TestMarkNamesInData checks the only place where text stands inside a script element.
func TestMarkNamesInData(t *testing.T) {
	r := report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{
		report.Curves{History: history(5, 0), Marks: []plots.Mark{{Name: evil, X: 2}}},
	}}}}
	page := written(t, r)
	if n := strings.Count(page, "<script"); n != 3 {
		t.Errorf("%d script elements, want 3", n)
	}
	data := curvesJSON(t, page)
	if strings.ContainsAny(data, "<>") {
		t.Errorf("data holds markup characters: %.200s", data)
	}
}

func curvesJSON(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<script type="application/json">(.*?)</script>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page has no data of curves")
	}
	return m[1]
}

func TestErrors(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		part report.Part
		want string
	}{
		{report.Table{Caption: "c", Header: []string{"a", "b"}, Rows: [][]string{{"1", "2"}, {"1"}}}, `table "c": row 2 has 1 cells under 2 headings`},
		{report.Curves{}, "without a history"},
		{report.Curves{History: &curves.History{}}, "without series"},
		{report.Figure{Caption: "c"}, `figure "c" is nil`},
		{report.Figure{Figure: plots.Lines{}}, "no finite value"},
		{report.Drawing{Caption: "c"}, `drawing "c" is empty`},
		{report.Confusion{}, "without rows"},
		{report.Confusion{Classes: []string{"a"}, Counts: [][]int{{1}, {2}}}, "2 rows for 1 classes"},
		{report.Confusion{Classes: []string{"a", "b"}, Counts: [][]int{{1, 2}, {2}}}, "row 2 has 1 counts"},
		{report.Confusion{Classes: []string{"a"}, Counts: [][]int{{-1}}}, "count -1"},
		{report.Finding{}, "without a title"},
		{report.Card{}, "without a title"},
		{report.Card{Title: "c", Before: &curves.History{}, After: history(3, 0)}, "without series"},
		{report.Card{Title: "c", Difference: report.Interval{Estimate: 2, Low: 0, High: 1}}, "difference 2 outside"},
		{report.Card{Title: "c", Difference: report.Interval{Estimate: nan, High: 1}}, "difference NaN"},
		{report.Card{Title: "c", Difference: report.Interval{High: 1, Level: 95}}, "level 95"},
	}
	for _, c := range cases {
		err := report.WriteHTML(io.Discard, report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{c.part}}}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `section "s"`) {
			t.Errorf("%T: error %v, want one with %q", c.part, err, c.want)
		}
	}
}

func TestHeadingsAndCaptions(t *testing.T) {
	for name, r := range samples() {
		page := withoutScripts(written(t, r))
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s: %d first-level headings", name, n)
		}
		if tables, captions := strings.Count(page, "<table"), strings.Count(page, "<caption"); tables != captions {
			t.Errorf("%s: %d tables with %d captions", name, tables, captions)
		}
		if n := strings.Count(page, "<h2"); n != len(r.Sections) {
			t.Errorf("%s: %d headings for %d sections", name, n, len(r.Sections))
		}
		for _, m := range regexp.MustCompile(`<svg [^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(m, `role="img"`) || !strings.Contains(m, "aria-label=") {
				t.Errorf("%s: picture without a name: %.120s", name, m)
			}
		}
		for _, m := range regexp.MustCompile(`<a [^>]*href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(page, `id="`+m[1]+`"`) {
				t.Errorf("%s: link to #%s leads nowhere", name, m[1])
			}
		}
	}
}

func TestFormatNumber(t *testing.T) {
	cases := map[float64]string{
		0: "0", 0.812: "0.8120", 1: "1.000", 53.2649: "53.26", 532.649: "532.6", 5326.49: "5326", 532649: "532649",
		-0.012: "−0.0120", 0.00001234: "1.234e−05", 1234567: "1.235e+06", math.Inf(1): "Inf", math.Inf(-1): "−Inf",
	}
	for v, want := range cases {
		if got := report.FormatNumber(v); got != want {
			t.Errorf("FormatNumber(%g) = %q, want %q", v, got, want)
		}
	}
	if got := report.FormatNumber(math.NaN()); got != "–" {
		t.Errorf("FormatNumber(NaN) = %q", got)
	}
}

func TestFormatCountAndShare(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "−1,234"} {
		if got := report.FormatCount(n); got != want {
			t.Errorf("FormatCount(%d) = %q, want %q", n, got, want)
		}
	}
	if got := report.FormatShare(0.1254); got != "12.5 %" {
		t.Errorf("FormatShare(0.1254) = %q", got)
	}
	if got := report.FormatShare(math.NaN()); got != "–" {
		t.Errorf("FormatShare(NaN) = %q", got)
	}
}
