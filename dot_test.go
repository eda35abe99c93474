package goodfit_test

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

func ExampleModel_DOT() {
	m := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 3, Activation: act.Softmax})
	if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.DOT())
	// Output:
	// digraph model {
	// 	rankdir=TB;
	// 	node [shape=box, style="rounded,filled", fillcolor="#f4f7fb", fontname="sans-serif"];
	// 	n0 [label="input\nInput → (2)"];
	// 	n1 [label="dense\nDense, softmax → (3)\n9 parameters"];
	// 	n0 -> n1;
	// }
}

func TestDOTHasEveryConnectionAndEscapesNames(t *testing.T) {
	m := branched(t)
	dot := m.DOT()
	edges := 0
	for _, info := range m.Layers() {
		edges += len(info.Inputs)
	}
	if got := strings.Count(dot, " -> "); got != edges {
		t.Errorf("%d connections, want %d", got, edges)
	}
	if !strings.Contains(dot, `a \"quoted\" <&> \\name`) {
		t.Errorf("the name with quotes and a backslash is not escaped:\n%s", dot)
	}
	line := regexp.MustCompile(`^\tn\d+ (\[label="(\\.|[^"\\])*"\]|-> n\d+);$`)
	for _, text := range strings.Split(strings.TrimSpace(dot), "\n")[3:] {
		if text != "}" && !line.MatchString(text) {
			t.Errorf("line %q is no node and no edge", text)
		}
	}
	if path, err := exec.LookPath("dot"); err == nil {
		c := exec.Command(path, "-Tsvg")
		c.Stdin = strings.NewReader(dot)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("Graphviz refuses it: %v\n%s", err, out)
		}
	}
}

func TestDrawingsMarkSharedAndFrozenLayers(t *testing.T) {
	var g goodfit.Graph
	a, b := g.Input("a", 2), g.Input("b", 2)
	first := g.Add(nn.As("twin", nn.Dense{Units: 3}), a)
	second := g.Share(first, b)
	m := drawable(t, g.Model(g.Add(nn.Dense{Units: 2, Activation: act.Softmax}, g.Add(nn.Concat{}, first, second))))
	if err := m.Freeze("twin"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"weights of twin", "9 parameters, frozen"} {
		if !strings.Contains(m.DOT(), want) || !strings.Contains(string(m.SVG()), want) {
			t.Errorf("a drawing lacks %q", want)
		}
	}
}

func TestDrawingBeforeCompile(t *testing.T) {
	m := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 3})
	for _, text := range []string{m.DOT(), string(m.SVG())} {
		if !strings.Contains(text, "dense") || strings.Contains(text, "parameters") {
			t.Errorf("before Compile the drawing must have layers and no counts:\n%s", text)
		}
	}
}
