package main

import (
	"bytes"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestAppendixB has what the playbook's appendix on installing its tools does with
// conda, pip and scripts that print versions: here the README's commands and
// goodfit version.
func TestAppendixB(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, install, _ := strings.Cut(string(readme), "## Install")
	install, _, _ = strings.Cut(install, "\n## ")
	var out bytes.Buffer
	command := newRootCommand()
	command.SetOut(&out)
	command.SetArgs([]string{"version"})
	if err := command.Execute(); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ id, text, want string }{
		{"appB-anaconda-download", install, `go install github\.com/goodfit-ml/goodfit/cmd/goodfit@latest`},
		{"appB-conda-version", out.String(), `(?m)^goodfit \d+\.\d+\.\d+`},
		{"appB-python-version", out.String(), `(?m)^` + regexp.QuoteMeta(runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH) + `$`},
		{"appB-conda-update", install, `go get github\.com/goodfit-ml/goodfit@latest`},
		{"appB-scipy-versions", out.String(), `(?m)^gonum\.org/v1/gonum v\d+\.\d+\.\d+$`},
		{"appB-install-dl", install, `go install .*\n.*\ngo get `},
		{"appB-dl-versions", install, `go list -m all`},
	} {
		t.Run(row.id, func(t *testing.T) {
			if !regexp.MustCompile(row.want).MatchString(row.text) {
				t.Errorf("no match of %s in\n%s", row.want, row.text)
			}
		})
	}
}
