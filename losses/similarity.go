package losses

import "math"

// CosineSimilarity is −Σ p·t/(|p|·|t|) over the last axis, |·| the Euclidean norm:
// −1 for the same direction, 1 for the opposite; 0, without slope, where either
// is zero.
type CosineSimilarity struct{}

// Name returns "cosine_similarity".
func (CosineSimilarity) Name() string { return "cosine_similarity" }

// Check fails unless there is a target for each output.
func (CosineSimilarity) Check(output, target int) error { return same(output, target) }

// CheckTargets accepts every number.
func (CosineSimilarity) CheckTargets([]float32, int, int) error { return nil }

// Eval implements [Loss]. The derivative by p_j is (cos·p_j/|p| − t_j/|t|)/|p|.
func (CosineSimilarity) Eval(a *Args) {
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		var pp, tt, pt float64
		for j, v := range pred {
			p, t := float64(v), float64(target[j])
			pp += float64(p * p)
			tt += float64(t * t)
			pt += float64(p * t)
		}
		if pp == 0 || tt == 0 {
			a.Loss[i] = float32(pp * tt) // 0, or NaN
			clear(grad)
			continue
		}
		p, t := math.Sqrt(pp), math.Sqrt(tt)
		cos := pt / (p * t)
		a.Loss[i] = float32(-cos)
		for j := range grad {
			grad[j] = single(scale * (float64(cos*float64(pred[j]))/p - float64(target[j])/t) / p)
		}
	}
}

func init() { Register("CosineSimilarity", CosineSimilarity{}) }
