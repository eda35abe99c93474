package modelfile

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/registry"
)

const (
	manifestName  = "manifest.json"
	formatVersion = 1
	maxParts      = 1 << 16
	maxNameBytes  = 255
	maxJSONBytes  = 32 << 20
)

// manifest is the part manifest.json.
type manifest struct {
	Format  int    `json:"format"`
	Kind    Kind   `json:"kind"`
	Goodfit string `json:"goodfit"`
	Parts   []Part `json:"parts"`
}

// Part is one part of a file as its manifest lists it.
type Part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal, lower case
}

var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (p Part) hash() []byte {
	sum, err := hex.DecodeString(p.SHA256)
	if err != nil {
		panic("modelfile: the manifest was not checked: " + err.Error())
	}
	return sum
}

// parseManifest reads and checks the manifest by itself.
func parseManifest(data []byte) (manifest, error) {
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &version); err == nil && version.Format > formatVersion {
		return manifest{}, fmt.Errorf("it has format %d, but this goodfit reads format %d only; update goodfit",
			version.Format, formatVersion)
	}
	var m manifest
	if err := registry.Unmarshal(data, &m); err != nil {
		return manifest{}, fmt.Errorf("its manifest is faulty: %w", err)
	}
	if err := m.check(); err != nil {
		return manifest{}, fmt.Errorf("its manifest is faulty: %w", err)
	}
	return m, nil
}

func (m manifest) check() error {
	if m.Format != formatVersion {
		return fmt.Errorf("its format is %d, not %d", m.Format, formatVersion)
	}
	if !kindPattern.MatchString(string(m.Kind)) {
		return fmt.Errorf("its kind is %.40q", m.Kind)
	}
	last := ""
	for _, p := range m.Parts {
		if err := checkName(p.Name); err != nil {
			return err
		}
		if p.Name <= last {
			return fmt.Errorf("part %s is not in order", p.Name)
		}
		last = p.Name
		if p.Bytes < 0 || !hashPattern.MatchString(p.SHA256) {
			return fmt.Errorf("part %s has no valid size and checksum", p.Name)
		}
	}
	return nil
}

// checkName fails unless name can be a part's: a plain relative path that is
// the same file wherever the archive is unpacked, with a known ending.
func checkName(name string) error {
	switch {
	case name == "" || len(name) > maxNameBytes || !fs.ValidPath(name) || strings.ContainsFunc(name, forbidden):
		return fmt.Errorf("%.80q is not a valid part name", name)
	case name == manifestName:
		return errors.New("a part is named like the manifest")
	case !strings.HasSuffix(name, jsonSuffix) && !strings.HasSuffix(name, tensorsSuffix):
		return fmt.Errorf("part %q is neither %s nor %s", name, jsonSuffix, tensorsSuffix)
	}
	return nil
}

const (
	jsonSuffix    = ".json"
	tensorsSuffix = ".safetensors"
)

// forbidden reports characters that some file systems or terminals take for
// something else.
func forbidden(r rune) bool {
	return r < ' ' || r > '~' || strings.ContainsRune(`\:*?"<>|`, r)
}
