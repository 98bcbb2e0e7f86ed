using Vesper.Numerics.Kernels.Screens;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>Rows of one block as a <see cref="ScreenSpace"/> sees them.</summary>
internal sealed class ScreenBlock
{
    /// <summary>Room for so many rows.</summary>
    public ScreenBlock(ScreenSpace space, int rowsMax)
    {
        Codes = new short[rowsMax * space.CodeStride];
        Norms = new int[rowsMax];
        Slacks = new float[rowsMax];
        Fits = new bool[rowsMax];
        Centred = new float[AxisKernel.Rows * Math.Max(space.Dimensions, space.CodeStride)];
        Products = new float[AxisKernel.Rows * space.CodeStride];
    }

    /// <summary>Codes, each row padded with 0 to the space's stride.</summary>
    public short[] Codes { get; }

    /// <summary>Sum of the squares of a row's code.</summary>
    public int[] Norms { get; }

    /// <summary>How far the code may lie from the row's true place, in units of the code.</summary>
    public float[] Slacks { get; }

    /// <summary>Whether the row is inside the range of the code; what is said of others means nothing.</summary>
    public bool[] Fits { get; }

    /// <summary>Scratch of the space: a few rows.</summary>
    public float[] Centred { get; }

    /// <summary>Scratch of the space: a few rows of columns.</summary>
    public float[] Products { get; }
}
