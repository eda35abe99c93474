package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
)

// uPlot 1.6.32 (MIT), the release files of its npm package; its licence goes into every page.
var (
	//go:embed assets/uplot/uPlot.iife.min.js
	uplotScript string
	//go:embed assets/uplot/uPlot.min.css
	uplotStyle string
	//go:embed assets/uplot/LICENSE
	uplotLicence string

	//go:embed assets/report.js
	ownScript string
	//go:embed assets/report.css
	ownStyle string
	//go:embed assets/page.html
	pageText string
)

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the page template shows.
type page struct {
	Report
	Policy   string
	Style    template.CSS
	Scripts  []template.JS // none in a page without curves
	Contents []chapter
}

type chapter struct {
	ID, Title string
	Text      []string
	Parts     []template.HTML
}

func (r Report) html() ([]byte, error) {
	if r.Title == "" {
		return nil, errNoTitle
	}
	p := page{Report: r, Style: template.CSS(ownStyle)}
	interactive := false
	for i, s := range r.Sections {
		c := chapter{ID: fmt.Sprintf("section-%d", i+1), Title: s.Title, Text: paragraphs(s.Text)}
		for _, part := range s.Parts {
			html, err := rendered(part)
			if err != nil {
				return nil, fmt.Errorf("report: section %q: %w", s.Title, err)
			}
			_, isCurves := part.(Curves)
			interactive = interactive || isCurves
			c.Parts = append(c.Parts, html)
		}
		p.Contents = append(p.Contents, c)
	}
	p.addScripts(interactive)
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return out.Bytes(), nil
}

// rendered runs the part's own template, which escapes for the place of every value.
func rendered(part Part) (template.HTML, error) {
	name, data, err := part.view()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&out, name, data); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}

// addScripts adds the scripts and a policy that allows these scripts by their hash, inline styles
// and embedded pictures, and nothing else: no other script, no request.
func (p *page) addScripts(interactive bool) {
	scripts := []string{ownScript}
	if interactive {
		p.Style = template.CSS(uplotStyle + "\n" + ownStyle)
		scripts = []string{"/*\nuPlot 1.6.32\n\n" + uplotLicence + "\n*/\n" + uplotScript, ownScript}
	}
	p.Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src"
	for _, s := range scripts {
		hash := sha256.Sum256([]byte(s))
		p.Policy += " 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
		p.Scripts = append(p.Scripts, template.JS(s))
	}
}
