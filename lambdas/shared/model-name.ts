/** Name of the int8 form that may lie beside a model: `model.int8.onnx` beside `model.onnx`. */
export const int8NameOf = (name: string): string => name.replace(/\.onnx$/, '.int8.onnx');
