using System.Diagnostics;
using Vesper.Cli.Files;

namespace Vesper.Cli.Evaluation;

/// <summary>
/// The ids of the true nearest points of each query, nearest first, as numbers; −1 pads rows of fewer matches.
/// </summary>
internal sealed class GroundTruth
{
    private readonly int[] _ids;
    private readonly int _width;

    /// <summary>Takes rows of <paramref name="width"/> ids.</summary>
    public GroundTruth(int[] ids, int width)
    {
        Debug.Assert(width > 0 && ids.Length % width == 0, "whole rows");
        _ids = ids;
        _width = width;
    }

    /// <summary>Queries.</summary>
    public int Count => _ids.Length / _width;

    /// <summary>Reads the first <paramref name="k"/> columns of a file.</summary>
    /// <exception cref="SchemaException">The file has another number of rows than there are queries, fewer columns
    /// than k, or something that is no id.</exception>
    public static GroundTruth Load(string path, int queries, int k)
    {
        using var file = RowFile.OpenTruth(path);
        if (file.Count != queries)
        {
            throw new SchemaException(path, $"has {file.Count} rows for {queries} queries");
        }

        if (file.Dimensions < k)
        {
            throw new SchemaException(path, $"has the {file.Dimensions} nearest of each query; --k is {k}");
        }

        var row = new int[file.Dimensions];
        var ids = new int[queries * k];
        for (var query = 0; file.Read(row.AsSpan()) > 0; query++)
        {
            if (row.AsSpan(0, k).IndexOfAnyInRange(int.MinValue, -2) is var place and >= 0)
            {
                throw new SchemaException(
                    path, $"row {query} has {row[place]}, which is no id: those are numbers from 0, and -1 pads a row");
            }

            row.AsSpan(0, k).CopyTo(ids.AsSpan(query * k));
        }

        return new GroundTruth(ids, k);
    }

    /// <summary>The ids of a query's nearest, at most as many as match.</summary>
    public ReadOnlySpan<int> Of(int query)
    {
        var row = _ids.AsSpan(query * _width, _width);
        var padding = row.IndexOf(-1);
        return padding < 0 ? row : row[..padding];
    }
}
