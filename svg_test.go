package goodfit_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// branched is a model with two inputs, a long skip and a shared layer.
func branched(t *testing.T) *goodfit.Model {
	t.Helper()
	var g goodfit.Graph
	a, b := g.Input(`a "quoted" <&> \name`, 4), g.Input("b", 3)
	shared := g.Add(nn.As("shared", nn.Dense{Units: 8, Activation: act.ReLU}), a)
	h := g.Add(nn.Dropout{Rate: 0.1}, shared)
	h = g.Add(nn.Dense{Units: 8, Activation: act.Tanh}, h)
	h = g.Add(nn.BatchNorm{}, h)
	right := g.Add(nn.Dense{Units: 8}, b)
	sum := g.Add(nn.Add{}, shared, h, right)
	return drawable(t, g.Model(g.Add(nn.As("out", nn.Dense{Units: 2, Activation: act.Softmax}), g.Add(nn.Concat{}, sum, a))))
}

func drawable(t *testing.T, m *goodfit.Model) *goodfit.Model {
	t.Helper()
	if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return m
}

// deep is a sequence of many layers.
func deep(t *testing.T, layers int) *goodfit.Model {
	t.Helper()
	var list []nn.Layer
	for range layers - 1 {
		list = append(list, nn.Dense{Units: 16, Activation: act.ReLU})
	}
	return drawable(t, goodfit.Sequential(tensor.Shape{5}, append(list, nn.Dense{Units: 2, Activation: act.Softmax})...))
}

// texts parses an SVG document and returns what its text elements say, and how
// often each element occurs.
func texts(t *testing.T, svg []byte) (lines []string, count map[string]int) {
	t.Helper()
	count = map[string]int{}
	d, inside := xml.NewDecoder(strings.NewReader(string(svg))), false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return lines, count
		}
		if err != nil {
			t.Fatalf("the drawing is no XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			count[token.Name.Local]++
			inside = token.Name.Local == "text"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				lines = append(lines, string(token))
			}
		}
	}
}

func TestSVGShowsEveryLayerAndConnection(t *testing.T) {
	for name, m := range map[string]*goodfit.Model{"branched": branched(t), "3 layers": deep(t, 3), "30 layers": deep(t, 30)} {
		t.Run(name, func(t *testing.T) {
			svg := m.SVG()
			if dir := os.Getenv("GOODFIT_DRAWINGS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+".svg"), svg, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			lines, count := texts(t, svg)
			all := "\n" + strings.Join(lines, "\n") + "\n"
			edges := 0
			for _, info := range m.Layers() {
				if !strings.Contains(all, "\n"+info.Name+"\n") {
					t.Errorf("layer %q is not in the drawing", info.Name)
				}
				edges += len(info.Inputs)
			}
			if got := count["path"] - 1; got != edges { // one is the arrow head
				t.Errorf("%d connections, want %d", got, edges)
			}
			if string(svg) != string(m.SVG()) {
				t.Error("drawn again, it differs")
			}
		})
	}
}

func TestSVGNamesTypeShapeAndParameters(t *testing.T) {
	lines, _ := texts(t, branched(t).SVG())
	all := strings.Join(lines, "\n")
	for _, want := range []string{"Dense, relu → (8)", "40 parameters", "Dense, softmax → (2)", "Input → (4)", `a "quoted" <&> \name`} {
		if !strings.Contains(all, want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
}
