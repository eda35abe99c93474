//go:build (amd64 || arm64) && !purego

package kernel

import (
	"reflect"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel/asmgen"
)

// TestTileLayout compares the struct with what the assembly is generated for.
func TestTileLayout(t *testing.T) {
	typ := reflect.TypeFor[tile]()
	if typ.NumField() != len(asmgen.TileFields) {
		t.Fatalf("tile has %d fields, the generator %d", typ.NumField(), len(asmgen.TileFields))
	}
	for i, name := range asmgen.TileFields {
		if f := typ.Field(i); f.Name != name || f.Offset != uintptr(8*i) {
			t.Errorf("field %d is %s at %d, the generator has %s at %d", i, f.Name, f.Offset, name, 8*i)
		}
	}
	if tileAccumulate != asmgen.FlagAccumulate || tileReLU != asmgen.FlagReLU {
		t.Error("flags differ from the generator's")
	}
}
