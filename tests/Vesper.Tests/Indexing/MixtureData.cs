namespace Vesper.Tests.Indexing;

/// <summary>Vectors with structure: Gaussian clusters around random centres, reproducible by seed.</summary>
internal sealed class MixtureData
{
    private readonly Random _random;
    private readonly float[][] _centers;
    private readonly int _dimensions;

    public MixtureData(int seed, int dimensions, int clusters = 20)
    {
        _random = new Random(seed);
        _dimensions = dimensions;
        _centers = new float[clusters][];
        for (var i = 0; i < clusters; i++)
        {
            _centers[i] = Gaussian(4);
        }
    }

    /// <summary>The next vector.</summary>
    public float[] Next()
    {
        var vector = Gaussian(1);
        var center = _centers[_random.Next(_centers.Length)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] += center[i];
        }

        return vector;
    }

    /// <summary>The next vectors.</summary>
    public float[][] Take(int count)
    {
        var rows = new float[count][];
        for (var i = 0; i < count; i++)
        {
            rows[i] = Next();
        }

        return rows;
    }

    /// <summary>
    /// A vector of integers: distances are exact in any order of summation, hence the same on every machine.
    /// </summary>
    public float[] NextInteger()
    {
        var vector = Next();
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = MathF.Round(vector[i] * 8);
        }

        return vector;
    }

    private float[] Gaussian(double scale)
    {
        var vector = new float[_dimensions];
        for (var i = 0; i < vector.Length; i++)
        {
            var radius = scale * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            vector[i] = (float)(radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }

        return vector;
    }
}
