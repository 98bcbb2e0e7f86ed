using Vesper.Bench.Measuring;

namespace Vesper.Bench.Reporting.Reading;

/// <summary>Of several measurements of the same thing, in the order they were made, the last.</summary>
internal static class LatestMeasurements
{
    // A data set that was not there stands in the place of an engine, and its name in that of a variant.
    private const string SkippedSet = "data";

    /// <summary>
    /// The latest of each experiment, data set, engine, variant, set of parameters and twin, in the order of making.
    /// What was skipped once and measured later is no longer skipped.
    /// </summary>
    public static IReadOnlyList<Measurement> Of(IReadOnlyList<Measurement> measurements)
    {
        var last = new Dictionary<string, int>();
        for (var i = 0; i < measurements.Count; i++)
        {
            last[KeyOf(measurements[i])] = i;
        }

        var latest = last.Values.Order().ToArray();
        return
        [
            .. from place in latest
               let measurement = measurements[place]
               where measurement.Skipped is null
                   || !latest.Any(later => later > place && Fulfils(measurements[later], measurement))
               select measurement,
        ];
    }

    private static bool Fulfils(Measurement later, Measurement skipped)
    {
        if (later.Skipped is not null || later.Experiment != skipped.Experiment)
        {
            return false;
        }

        return skipped.Engine == SkippedSet
            ? later.Dataset?.Name == skipped.Variant
            : later.Engine == skipped.Engine
                && (skipped.Variant.Length == 0 || later.Variant == skipped.Variant)
                && (skipped.Dataset is null || later.Dataset?.Name == skipped.Dataset.Name);
    }

    private static string KeyOf(Measurement measurement)
    {
        var parameters = measurement.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={FigureText.Parameter(pair.Value)}");
        return string.Join('\n', parameters
            .Prepend($"{measurement.Twin}")
            .Prepend(measurement.Variant)
            .Prepend(measurement.Engine)
            .Prepend($"{measurement.Dataset}")
            .Prepend(measurement.Experiment));
    }
}
