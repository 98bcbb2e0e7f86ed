namespace Vesper.Tests.Numerics;

/// <summary>Random vectors for tests.</summary>
internal static class Vectors
{
    /// <summary>Independent normal elements.</summary>
    public static float[] Gaussian(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        foreach (ref float element in vector.AsSpan())
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            element = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return vector;
    }
}
