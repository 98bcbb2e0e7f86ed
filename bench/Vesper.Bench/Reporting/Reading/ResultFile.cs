using System.Text.Json;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Reporting.Reading;

/// <summary>
/// A file of measurements, read: the latest of each, and a warning for each line that is none. A line that was cut off
/// or comes from elsewhere costs that line, not the report.
/// </summary>
/// <param name="Measurements">The latest of each, in the order of the file.</param>
/// <param name="Warnings">A sentence for each line that was passed over, with its number.</param>
/// <param name="Replaced">How many were replaced by a later one.</param>
internal sealed record ResultFile(
    IReadOnlyList<Measurement> Measurements, IReadOnlyList<string> Warnings, int Replaced)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no measurement.</exception>
    public static ResultFile Read(string path)
    {
        var file = Parse(File.ReadAllText(path));
        return file.Measurements.Count > 0
            ? file
            : throw new InvalidDataException($"{path} holds no measurement. {string.Join(' ', file.Warnings)}".Trim());
    }

    /// <summary>Reads lines.</summary>
    public static ResultFile Parse(string text)
    {
        var lines = text.Split('\n');
        var measurements = new List<Measurement>();
        var warnings = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            // The writer ends each line, so what follows the last end was cut off, unless it is whole all the same.
            var isOpenEnd = i == lines.Length - 1;
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            if (Parse(lines[i], isOpenEnd, out var problem) is { } measurement)
            {
                measurements.Add(measurement);
            }
            else
            {
                warnings.Add($"Line {i + 1}: {problem}; skipped.");
            }
        }

        var latest = LatestMeasurements.Of(measurements);
        return new ResultFile(latest, warnings, measurements.Count - latest.Count);
    }

    private static Measurement? Parse(string line, bool isOpenEnd, out string problem)
    {
        try
        {
            var read = JsonSerializer.Deserialize(line, MeasurementJson.Default.Measurement);
            problem = "not a measurement";
            return read is { Experiment.Length: > 0, Engine.Length: > 0, Figures: not null } ? Plain(read) : null;
        }
        catch (JsonException error)
        {
            problem = isOpenEnd ? "cut off before its end" : $"not a measurement ({ReasonOf(error)})";
            return null;
        }
    }

    // The position is that of the line's text, which the reader of a warning does not count in.
    private static string ReasonOf(JsonException error) => error.Message.Split(" Path: ")[0].TrimEnd('.');

    // What the parser leaves as a piece of JSON becomes the value that the writer had, a null what it stands for.
    private static Measurement Plain(Measurement read) => read with
    {
        Variant = read.Variant ?? "",
        Commit = read.Commit ?? "",
        Facts = read.Facts ?? [],
        Noise = read.Noise ?? new Dictionary<string, double>(),
        LimitShares = read.LimitShares ?? new Dictionary<string, double>(),
        Parameters = (read.Parameters ?? new Dictionary<string, object>())
            .ToDictionary(pair => pair.Key, pair => Plain(pair.Value)),
    };

    private static object Plain(object? value) => value is JsonElement json
        ? json.ValueKind switch
        {
            JsonValueKind.String => json.GetString()!,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble(),
            _ => json.GetRawText(),
        }
        : value ?? "";
}
