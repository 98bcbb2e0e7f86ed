using System.Diagnostics;
using System.Numerics.Tensors;
using Vesper.Cli.Files;

namespace Vesper.Bench.Filtering;

/// <summary>
/// The direction in which rows differ most, found on a sample by power iteration (Golub and Van Loan, Matrix
/// Computations, 8.2), and where each row lies along it.
/// </summary>
internal sealed class PrincipalComponent
{
    private const int SampleRows = 20_000;
    private const int Iterations = 30;

    private readonly float[] _direction;

    private PrincipalComponent(float[] direction) => _direction = direction;

    /// <summary>Finds it over the first rows of a base.</summary>
    public static PrincipalComponent Of(string basePath, int seed)
    {
        using var file = RowFile.OpenVectors(basePath);
        var dimensions = file.Dimensions;
        var rows = new float[Math.Min(file.Count, SampleRows)][];
        var mean = new float[dimensions];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new float[dimensions];
            file.Read(rows[row].AsSpan());
            TensorPrimitives.Add(mean, rows[row], mean);
        }

        TensorPrimitives.Divide(mean, rows.Length, mean);
        foreach (var row in rows)
        {
            TensorPrimitives.Subtract(row, mean, row);
        }

        var random = new Random(seed);
        var direction = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            direction[i] = random.NextSingle() - 0.5f;
        }

        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            direction = Step(rows, direction);
        }

        return new PrincipalComponent(direction);
    }

    /// <summary>Where a row lies along it.</summary>
    public float Project(ReadOnlySpan<float> row) => TensorPrimitives.Dot(row, _direction);

    /// <summary>One multiplication by the covariance, to unit length.</summary>
    private static float[] Step(float[][] rows, float[] direction)
    {
        var next = new float[direction.Length];
        foreach (var row in rows)
        {
            TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<float>(row, direction), next, next);
        }

        var norm = TensorPrimitives.Norm<float>(next);
        Debug.Assert(float.IsFinite(norm), "rows are finite");
        if (norm == 0)
        {
            // All rows are the same: any direction will do.
            return direction;
        }

        TensorPrimitives.Divide(next, norm, next);
        return next;
    }
}
