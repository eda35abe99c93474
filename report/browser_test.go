package report_test

import (
	"context"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goodfit-ml/goodfit/report"
)

// browser finds Chromium, or skips the test.
func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("short: starts no browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium here to show the page with")
	return ""
}

// shown loads the page and returns the document that the browser made of it, and what it logged.
func shown(t *testing.T, chromium, page string, flags ...string) (dom, log string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--enable-logging=stderr", "--virtual-time-budget=5000", "--user-data-dir=" + filepath.Join(dir, "profile"), "--dump-dom"}, flags...)
	cmd := exec.CommandContext(ctx, chromium, append(args, "file://"+file)...)
	cmd.WaitDelay = 10 * time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return string(out), stderr.String()
}

// probed loads the page with one more script, which puts what it finds, as JSON, into the title.
// The policy is lifted for it: the page as it is would not run the script.
func probed(t *testing.T, chromium, page, script string, found any, flags ...string) {
	t.Helper()
	page = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`).ReplaceAllString(page, "")
	page = strings.Replace(page, "</body>", "<script>(async function () {"+script+"})().then(function (v) { document.title = JSON.stringify(v); });</script></body>", 1)
	dom, log := shown(t, chromium, page, flags...)
	m := regexp.MustCompile(`(?s)<title>(.*?)</title>`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatal("the page has no title")
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), found); err != nil {
		t.Fatalf("the probe left %q: %v\n%s", m[1], err, log)
	}
}

func TestBrowserRunsThePageWithoutComplaint(t *testing.T) {
	chromium := browser(t)
	for name, r := range samples() {
		dom, log := shown(t, chromium, written(t, r))
		for _, line := range strings.Split(log, "\n") {
			if strings.Contains(line, "CONSOLE") {
				t.Errorf("%s: the browser's console has %s", name, line)
			}
		}
		want := 0
		if strings.Contains(dom, `<figure class="curves">`) {
			want = 3 // loss, accuracy, rate
		}
		if n := strings.Count(dom, "<canvas"); n != want {
			t.Errorf("%s: %d canvases, want %d", name, n, want)
		}
	}
}

// TestPolicyStopsForeignScripts plants what escaping must never let through: the policy is the second
// wall.
func TestPolicyStopsForeignScripts(t *testing.T) {
	chromium := browser(t)
	page := strings.Replace(written(t, coachReport()), "</body>", `<script>document.title = "taken"</script></body>`, 1)
	if dom, _ := shown(t, chromium, page); strings.Contains(dom, "<title>taken</title>") {
		t.Error("a planted script ran")
	}
}

func TestHostileNamesAreText(t *testing.T) {
	chromium := browser(t)
	for name, r := range samples() {
		var found struct{ Scripts, Images, Handlers int }
		probed(t, chromium, written(t, r), `return {
			scripts: document.querySelectorAll("script:not([type])").length,
			images: document.querySelectorAll("img:not([src^='data:'])").length,
			handlers: document.querySelectorAll("[onerror], [onload], [onclick]").length};`, &found)
		want := 2 // our own and the probe
		if strings.Contains(written(t, r), `<figure class="curves">`) {
			want = 3
		}
		if found.Scripts != want || found.Images != 0 || found.Handlers != 0 {
			t.Errorf("%s: the browser sees %+v, want %d scripts and nothing else", name, found, want)
		}
	}
}

// TestNoHorizontalScroll checks a phone's width, 390 pixels.
func TestNoHorizontalScroll(t *testing.T) {
	chromium := browser(t)
	for name, r := range samples() {
		var found struct{ Page, Window int }
		probed(t, chromium, written(t, r),
			`return {page: document.documentElement.scrollWidth, window: innerWidth};`, &found, "--window-size=390,844")
		if found.Page > found.Window || found.Window > 500 {
			t.Errorf("%s: the page is %d wide in a window of %d", name, found.Page, found.Window)
		}
	}
}

// pointer is script that acts as a mouse over the first panel, at a share of its width.
const pointer = `
	var over = document.querySelector(".u-over"), box = over.getBoundingClientRect();
	function mouse(target, type, share) {
		target.dispatchEvent(new MouseEvent(type, {bubbles: true, clientX: box.left + share * box.width, clientY: box.top + 50, button: 0, movementX: 1, view: window}));
	}
	function pause() { return new Promise(function (done) { setTimeout(done, 50); }); }
	function texts(within, selector) {
		return Array.from(within.querySelectorAll(selector)).map(function (e) { return e.textContent; });
	}
`

// TestCurvesReact moves the pointer to the right edge and asks for a logarithmic axis.
func TestCurvesReact(t *testing.T) {
	chromium := browser(t)
	var found struct {
		Hover, Below, Marks, Labels []string
		Live                        bool
		Still, Pressed              string
	}
	probed(t, chromium, written(t, irisFit().Report()), pointer+`
		mouse(over, "mouseenter", 0); mouse(over, "mousemove", 0); mouse(over, "mousemove", 1);
		await pause();
		var panels = document.querySelectorAll(".panel");
		var hover = texts(panels[0], ".u-value"), below = texts(panels[1], ".u-value");
		var labels = [], fillText = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (s) { labels.push(s); fillText.apply(this, arguments); };
		document.querySelector(".panel button").click();
		await pause();
		return {labels: labels, hover: hover, below: below, marks: texts(document, ".marks li"),
			live: !document.querySelector(".live").hidden,
			still: getComputedStyle(document.querySelector(".curves .still")).display,
			pressed: document.querySelector(".panel button").getAttribute("aria-pressed")};`, &found)
	if !found.Live || found.Still != "none" {
		t.Errorf("interactive curves shown: %v, still picture: %s", found.Live, found.Still)
	}
	if len(found.Hover) != 3 || found.Hover[0] != "299" {
		t.Fatalf("values under the pointer at the right edge: %q, want those of epoch 299", found.Hover)
	}
	if v, err := strconv.ParseFloat(found.Hover[2], 64); err != nil || v < 0.3 || v > 0.8 {
		t.Errorf("validation loss under the pointer: %q", found.Hover[2])
	}
	if len(found.Below) != 3 || found.Below[0] != "299" {
		t.Errorf("the panel below shows %q: the pointer is not common", found.Below)
	}
	if found.Pressed != "true" || !slices.Contains(found.Labels, "0.1") || !slices.Contains(found.Labels, "0.2") {
		t.Errorf("log axis pressed: %q; its labels %q have no 0.1 and 0.2", found.Pressed, found.Labels)
	}
	if len(found.Marks) == 0 || !strings.HasPrefix(found.Marks[0], "best epoch") {
		t.Errorf("marks %q", found.Marks)
	}
}

// TestZoomIsCommon drags over a range of the first panel, reads the epoch at the left edge of every
// panel, and does so again after a double click.
func TestZoomIsCommon(t *testing.T) {
	chromium := browser(t)
	var found struct{ Zoomed, Whole []string }
	probed(t, chromium, written(t, report.Report{Title: "t", Sections: []report.Section{{Title: "s",
		Parts: []report.Part{report.Curves{History: history(101, 0)}}}}}), pointer+`
		async function leftEdge() {
			await pause();
			mouse(over, "mousemove", 0);
			await pause();
			return texts(document, ".u-series:first-child .u-value");
		}
		mouse(over, "mouseenter", 0.4); mouse(over, "mousemove", 0.4); mouse(over, "mousedown", 0.4);
		mouse(over, "mousemove", 0.6); mouse(over, "mousemove", 0.8); mouse(document, "mouseup", 0.8);
		var zoomed = await leftEdge();
		mouse(over, "dblclick", 0.5);
		return {zoomed: zoomed, whole: await leftEdge()};`, &found)
	if want := []string{"40", "40", "40"}; !slices.Equal(found.Zoomed, want) {
		t.Errorf("left edges after zooming to 40–80: %q, want %q", found.Zoomed, want)
	}
	if want := []string{"0", "0", "0"}; !slices.Equal(found.Whole, want) {
		t.Errorf("left edges after a double click: %q, want %q", found.Whole, want)
	}
}
