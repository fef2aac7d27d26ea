package webdriver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// elementKey is the key of what stands for an element in JSON (https://www.w3.org/TR/webdriver2/#elements).
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// A remote is a driver's end of the protocol.
type remote struct {
	base string // of its address, without a slash at the end
}

// call sends a command and decodes its answer into value, if that is not nil.
func (r remote) call(ctx context.Context, method, path string, body, value any) error {
	var sent bytes.Buffer
	if method == http.MethodPost {
		if body == nil {
			body = struct{}{}
		}
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return fmt.Errorf("webdriver: %s: %w", path, err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, r.base+path, &sent)
	if err != nil {
		return fmt.Errorf("webdriver: %s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("webdriver: %w", err)
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("webdriver: the answer to %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		var failure struct{ Error, Message string }
		_ = json.Unmarshal(answer.Value, &failure)
		return fmt.Errorf("webdriver: %s: %s: %s", path, failure.Error, failure.Message)
	}
	if value == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Value, value); err != nil {
		return fmt.Errorf("webdriver: the answer to %s: %w", path, err)
	}
	return nil
}
