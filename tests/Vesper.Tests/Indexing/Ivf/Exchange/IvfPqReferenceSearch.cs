using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>
/// Asymmetric distances over the codes of a file, one by one in float64: the residual of the query to a list's
/// centroid, rotated where the file says so, against the codebook entries that a code names.
/// </summary>
internal static class IvfPqReferenceSearch
{
    public static (ulong Id, double Distance)[] Search(IvfPqFileContent content, ReadOnlySpan<float> query, int k)
    {
        var hits = new List<(ulong Id, double Distance)>();
        for (var list = 0; list < content.Lists.Length; list++)
        {
            var residual = Residual(content.Model, query, list);
            var (ids, codes) = content.Lists[list];
            var parts = content.Model.Shape.Parts;
            for (var i = 0; i < ids.Length; i++)
            {
                hits.Add((ids[i], Distance(content.Model, residual, codes.AsSpan(i * parts, parts))));
            }
        }

        return [.. hits.OrderBy(hit => hit.Distance).ThenBy(hit => hit.Id).Take(k)];
    }

    private static double[] Residual(IvfPqFileModel model, ReadOnlySpan<float> query, int list)
    {
        var dimensions = model.Shape.Dimensions;
        var residual = new double[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            residual[i] = (double)query[i] - model.Centroids[(list * dimensions) + i];
        }

        if (model.Rotation is null)
        {
            return residual;
        }

        var rotated = new double[dimensions];
        for (var row = 0; row < dimensions; row++)
        {
            for (var column = 0; column < dimensions; column++)
            {
                rotated[column] += residual[row] * model.Rotation[(row * dimensions) + column];
            }
        }

        return rotated;
    }

    private static double Distance(IvfPqFileModel model, double[] residual, ReadOnlySpan<byte> code)
    {
        var width = model.Shape.PartDimensions;
        double sum = 0;
        for (var part = 0; part < code.Length; part++)
        {
            var entry = (((part << model.Shape.Bits) + code[part]) * width);
            for (var i = 0; i < width; i++)
            {
                var difference = residual[(part * width) + i] - model.Codebooks[entry + i];
                sum += difference * difference;
            }
        }

        return sum;
    }
}
