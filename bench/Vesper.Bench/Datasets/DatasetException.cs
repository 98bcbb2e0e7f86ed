namespace Vesper.Bench.Datasets;

/// <summary>A data set is missing, damaged or cannot be made; the message is one line for the report.</summary>
internal sealed class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
