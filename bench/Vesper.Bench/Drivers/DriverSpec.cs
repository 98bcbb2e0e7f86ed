namespace Vesper.Bench.Drivers;

/// <summary>How a driver is started.</summary>
/// <param name="Engine">Whom it measures.</param>
/// <param name="FileName">The executable.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Variables to set; null removes one.</param>
internal sealed record DriverSpec(
    string Engine, string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment);
