package main

import (
	"encoding/json"

	inf "gopkg.in/inf.v0"
	"k8s.io/apimachinery/pkg/api/resource"
)

// quantityAnswer is a quantity as Kubernetes writes it and counts it. A count that does not fit 64 bits is null:
// upstream's functions answer anything then. They also miscount what is negative and does not fit 64 bits before it
// is rounded; such a count is the exact one, rounded away from zero as all others.
type quantityAnswer struct {
	Canonical string `json:"canonical"`
	Milli     *int64 `json:"milli"`
	Value     *int64 `json:"value"`
}

// Decimal places beyond which a quantity is not expanded: it would not fit anyway.
const furthest = 400

// measure reads a quantity as it stands in an object, text or number.
func measure(text json.RawMessage) any {
	var quantity resource.Quantity
	if err := quantity.UnmarshalJSON(text); err != nil {
		return failed(err)
	}
	number, suffix := quantity.CanonicalizeBytes(nil)
	return quantityAnswer{
		Canonical: string(number) + string(suffix),
		Milli:     counted(quantity, 3, quantity.MilliValue()),
		Value:     counted(quantity, 0, quantity.Value()),
	}
}

// counted is what upstream counted, where it fits.
func counted(quantity resource.Quantity, places inf.Scale, upstream int64) *int64 {
	copied := quantity.DeepCopy()
	exact := copied.AsDec()
	if exact.Scale() < -furthest {
		return nil
	}
	rounded := new(inf.Dec).Round(exact, places, inf.RoundUp)
	count, fits := rounded.Unscaled()
	if !fits {
		return nil
	}
	if quantity.Sign() > 0 {
		count = upstream
	}
	return &count
}
