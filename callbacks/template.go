package callbacks

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goodfit-ml/goodfit"
)

// fields matches the parts in braces of a path: a name, the least number of digits,
// and the number of decimals. The letters that Python wants at the end are allowed.
var fields = regexp.MustCompile(`\{([^{}:]+)(?::(0\d+)?(?:\.(\d+))?[df]?)?\}`)

// template is a path with fields.
type template string

// parseTemplate fails if a path is empty, has braces that are no field, or names a
// series that is not recorded.
func parseTemplate(path string, run *goodfit.Run) (template, error) {
	if strings.TrimSpace(path) == "" {
		return "", errors.New("it is empty")
	}
	for _, f := range fields.FindAllStringSubmatch(path, -1) {
		switch name, digits, decimals := f[1], f[2], f[3]; {
		case name == "epoch" && decimals == "", name != "epoch" && digits == "":
		default:
			return "", fmt.Errorf("%s: want digits as {epoch:03} or decimals as {loss:.2}", f[0])
		}
		if f[1] == "epoch" {
			continue
		}
		if _, err := run.Series(f[1]); err != nil {
			return "", err
		}
	}
	if rest := fields.ReplaceAllString(path, ""); strings.ContainsAny(rest, "{}") {
		return "", errors.New("its braces do not enclose epoch or a series, as {epoch:03} or {loss:.2}")
	}
	return template(path), nil
}

// fill puts in the values of the epoch.
func (t template) fill(run *goodfit.Run) string {
	return fields.ReplaceAllStringFunc(string(t), func(field string) string {
		f := fields.FindStringSubmatch(field)
		if f[1] == "epoch" {
			width, _ := strconv.Atoi(f[2])
			return fmt.Sprintf("%0*d", width, run.Epoch+1)
		}
		decimals, err := strconv.Atoi(f[3])
		if err != nil {
			decimals = 4
		}
		v, _ := run.Value(f[1])
		return strconv.FormatFloat(v, 'f', decimals, 64)
	})
}
