package nn_test

import (
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestParamCheck(t *testing.T) {
	good := nn.Param{Name: "w", Shape: tensor.Shape{2}, Init: nn.Ones, Penalty: nn.Penalty{L1: 1}, Constraint: nn.UnitNorm}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	bad := nn.Param{Name: "w", Init: nn.Uniform(1, 0), Penalty: nn.Penalty{L1: -1}, Constraint: nn.MaxNorm(0)}
	err := bad.Check()
	for _, want := range []string{`"w": shape is (), want positive axes`, "uniform(1, 0)", "Penalty: L1 is -1", "max_norm(0)"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestLayerNames(t *testing.T) {
	named := nn.As("hidden", nn.Dense{Units: 2, Init: nn.HeNormal, Constraint: nn.MaxNorm(3)})
	if n, ok := named.(nn.Named); !ok || n.Name != "hidden" || n.Layer != nn.Layer(nn.Dense{Units: 2, Init: nn.HeNormal, Constraint: nn.MaxNorm(3)}) {
		t.Errorf("got %#v", named)
	}
	b, err := nn.MarshalLayer(named)
	if want := `{"type":"Named","Name":"hidden","Layer":{"type":"Dense","Units":2,"Init":"he_normal","Constraint":"max_norm(3)"}}`; err != nil || string(b) != want {
		t.Errorf("stored as %s, %v, want %s", b, err, want)
	}
	if back, err := nn.UnmarshalLayer(b); err != nil || back != named {
		t.Errorf("it comes back as %#v, %v", back, err)
	}
	if name, err := nn.TypeName(nn.BatchNorm{}); err != nil || name != "BatchNorm" {
		t.Errorf("BatchNorm is named %q, %v", name, err)
	}
	for _, text := range []string{
		`{"type":"Dense","Units":2,"Init":"he"}`,
		`{"type":"Dense","Units":2,"Constraint":"max_norm(-1)"}`,
		`{"type":"Dense","Units":2,"Activation":"rely"}`,
	} {
		if l, err := nn.UnmarshalLayer([]byte(text)); err == nil {
			t.Errorf("%s is read as %#v", text, l)
		}
	}
}
